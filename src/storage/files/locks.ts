/** Names of the locks that all tabs of this page share. */

/** Held while a pack's folder is written, so that other tabs do not delete it as the leftover of a crash. */
export const packLock = (id: string): string => `vpd-pack ${id}`;

/** Held while a conversion's folder is written. */
export const conversionLock = (id: string): string => `vpd-conversion ${id}`;

/** Allows one conversion at a time in all tabs: two at once compete for memory, disk and CPU and take longer than one after the other. */
export const CONVERSIONS_LOCK = 'vpd-conversion';
