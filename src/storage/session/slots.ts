import { VpdError } from '../../errors.ts';
import type { Folder } from '../files/folder.ts';

/**
 * Two slots for a record that is replaced as a whole. They are written in turn, each with a sequence number and the hash of its content,
 * so that a write that fails leaves the previous record intact in the other slot.
 */
export const SLOTS = ['a.json', 'b.json'] as const;
const FORMAT = 'vpd-record';
/** Limit of the first line in characters; it has about a hundred. */
const MAX_HEAD = 1000;
/** Limit of a record in bytes; thousands of brush strokes are a few megabytes. */
const MAX_RECORD = 256 * 2 ** 20;

export const isSlot = (name: string): boolean => SLOTS.some((slot) => slot === name);

interface Slot {
  readonly name: (typeof SLOTS)[number];
  readonly sequence: number;
  readonly text: string;
}

/** Reads a slot; undefined if it is empty, 'broken' if its content does not match its first line. */
async function readSlot(folder: Folder, name: Slot['name']): Promise<Slot | 'broken' | undefined> {
  const file = await folder.read(name);
  if (!file) return undefined;
  if (file.size > MAX_RECORD) return 'broken';
  const content = await file.text();
  const end = content.slice(0, MAX_HEAD).indexOf('\n');
  const [format, sequence = '', hash] = content.slice(0, Math.max(0, end)).split(' ');
  const text = content.slice(end + 1);
  if (format !== FORMAT || !/^\d+$/.test(sequence) || hash !== (await sha256(text))) return 'broken';
  return { name, sequence: Number(sequence), text };
}

async function sha256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function slots(folder: Folder): Promise<{ readonly good: readonly Slot[]; readonly broken: boolean }> {
  const found = await Promise.all(SLOTS.map((name) => readSlot(folder, name)));
  const good = found.filter((slot) => slot !== undefined && slot !== 'broken').sort((a, b) => b.sequence - a.sequence);
  return { good, broken: found.includes('broken') };
}

/**
 * Returns the newest intact record; undefined if none was ever written.
 * @throws VpdError bad-file if there are slots but none is intact
 */
export async function readRecord(folder: Folder): Promise<string | undefined> {
  const { good, broken } = await slots(folder);
  if (!good[0] && broken)
    throw new VpdError(
      'bad-file',
      'The session kept from an earlier visit is damaged and was not restored; this visit starts a new session.',
    );
  return good[0]?.text;
}

/** Replaces the record; until the new one is completely on disk, `readRecord` returns the previous one. */
export async function writeRecord(folder: Folder, text: string): Promise<void> {
  const [newest] = (await slots(folder)).good;
  const name = SLOTS.find((slot) => slot !== newest?.name) ?? SLOTS[0];
  const head = `${FORMAT} ${(newest?.sequence ?? 0) + 1} ${await sha256(text)}\n`;
  await folder.write(name, new Blob([head, text], { type: 'application/json' }));
}
