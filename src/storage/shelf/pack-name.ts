/** Longest name that a pack may be given, in characters. */
export const MAX_PACK_NAME = 80;
