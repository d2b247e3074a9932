/** Maximum length of a pack's name in characters. */
export const MAX_PACK_NAME = 80;
