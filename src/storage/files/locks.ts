/** Names of the locks that all tabs of this page share. */

/** Held by whoever writes into a pack's folder, so that nobody takes it for what a crash left. */
export const packLock = (id: string): string => `vpd-pack ${id}`;

/** Held by whoever writes into the folder of a conversion. */
export const conversionLock = (id: string): string => `vpd-conversion ${id}`;

/** One conversion at a time in all tabs: two would fight for memory, disk and processor, and finish later than one after the other. */
export const CONVERSIONS_LOCK = 'vpd-conversion';
