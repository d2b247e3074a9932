import { ByteReader, type Exif, HeaderProblem } from './header.ts';

const ORIENTATION = 0x0112;
const CAMERA_DIRECTORY = 0x8769;
const PIXEL_WIDTH = 0xa002;
const PIXEL_HEIGHT = 0xa003;
const FOCAL_35MM = 0xa405;
const SHORT = 3;
const LONG = 4;

/** Reads an EXIF block: TIFF header, first directory and the camera's (EXIF 2.32 §4.6.2–4.6.5). Omits missing or damaged fields. */
export function readExif(tiff: Uint8Array): Exif {
  const reader = new ByteReader(tiff);
  const first = directory(reader, (little) => reader.u32(4, little));
  const at = first.get(CAMERA_DIRECTORY);
  const camera = at === undefined ? first : directory(reader, () => at);
  const orientation = first.get(ORIENTATION) ?? 1;
  const focal35 = camera.get(FOCAL_35MM);
  const width = camera.get(PIXEL_WIDTH);
  const height = camera.get(PIXEL_HEIGHT);
  return {
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    // 0 means unknown.
    ...(focal35 ? { focal35 } : {}),
    ...(width && height ? { taken: [width, height] } : {}),
  };
}

/** Reads the integers of a directory by tag, up to the end of a truncated one; the first of duplicate tags counts. */
function directory(reader: ByteReader, start: (little: boolean) => number): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const note = (tag: number, value: number): void => {
    if (!found.has(tag)) found.set(tag, value);
  };
  try {
    const order = reader.text(0, 2);
    if (order !== 'II' && order !== 'MM') return found;
    const little = order === 'II';
    const begin = start(little);
    const entries = reader.u16(begin, little);
    for (let i = 0; i < entries; i++) {
      const at = begin + 2 + i * 12;
      const type = reader.u16(at + 2, little);
      const tag = reader.u16(at, little);
      if (type === SHORT) note(tag, reader.u16(at + 8, little));
      else if (type === LONG && tag !== ORIENTATION) note(tag, reader.u32(at + 8, little));
    }
  } catch (error) {
    if (!(error instanceof HeaderProblem)) throw error;
  }
  return found;
}
