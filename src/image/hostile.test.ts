import { deflateSync } from 'node:zlib';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../cli/decode-node.ts';
import { VpdError } from '../errors.ts';
import { changedFile } from '../testing/changed-file.ts';
import { readExif } from './formats/headers/exif.ts';
import { MAX_FILE_BYTES, sniffImage } from './formats/sniff.ts';

const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const concat = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));

/** 3×2 pixels: red, green, blue / white, black, grey. */
const COLORS = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 128, 128, 128];
const raw = { raw: { width: 3, height: 2, channels: 3 } } as const;
const colors = () => sharp(Buffer.from(COLORS), raw);
/** A photo of 64×48 px, large enough to be truncated. */
const photo = () =>
  sharp(Buffer.from(Array.from({ length: 64 * 48 * 3 }, (_, i) => (i * i) % 251)), {
    raw: { width: 64, height: 48, channels: 3 },
  });

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length); // The CRC stays 0: the sniffer does not read it.
  new DataView(out.buffer).setUint32(0, data.length);
  out.set(latin1(type), 4);
  out.set(data, 8);
  return out;
}
/** A PNG with a claimed size and almost no pixel data. */
function claimedPng(width: number, height: number): Uint8Array {
  const ihdr = new Uint8Array(13);
  new DataView(ihdr.buffer).setUint32(0, width);
  new DataView(ihdr.buffer).setUint32(4, height);
  ihdr.set([8, 2], 8);
  const pixels = Uint8Array.from(deflateSync(new Uint8Array(100)));
  return concat(
    latin1('\x89PNG\r\n\x1a\n'),
    chunk('IHDR', ihdr),
    chunk('IDAT', pixels),
    chunk('IEND', new Uint8Array(0)),
  );
}
async function animatedGif(): Promise<Uint8Array> {
  const frames = Buffer.from([...Array(12).fill(255), ...Array(12).fill(0)]);
  return sharp(frames, { raw: { width: 2, height: 4, channels: 3, pageHeight: 2 } })
    .gif({ delay: [100, 100] })
    .toBuffer();
}
/** A JPEG with this EXIF orientation; its pixels are those of `photoOf`. */
const oriented = (orientation: number) =>
  photoOf(48, 32).withMetadata({ orientation }).jpeg({ quality: 100 }).toBuffer();
function photoOf(width: number, height: number) {
  const pixels = Array.from({ length: width * height }, (_, i) => [
    i % width < width / 2 ? 255 : 0,
    i < (width * height) / 2 ? 255 : 0,
    0,
  ]);
  return sharp(Buffer.from(pixels.flat()), { raw: { width, height, channels: 3 } });
}

async function refusal(bytes: Uint8Array, name: string) {
  try {
    await decodeImage(new Blob([Uint8Array.from(bytes)]), name);
  } catch (error) {
    if (error instanceof VpdError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error(`${name} was not refused`);
}

/** A box with a size of 64 bits, as two numbers, and no content. */
function box64(upper: number, lower: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(16));
  view.setUint32(0, 1);
  view.setUint32(8, upper);
  view.setUint32(12, lower);
  const bytes = new Uint8Array(view.buffer);
  bytes.set(latin1('mdat'), 4);
  return bytes;
}

const SVG = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
const DAMAGED = 'cannot be decoded: it is damaged or of a rare kind. Save it again as PNG or JPEG.';

const refused: [name: string, make: () => Uint8Array | Promise<Uint8Array>, message: string, code?: string][] = [
  ['empty.png', () => new Uint8Array(0), 'empty.png is empty (0 bytes). Pick another file.'],
  [
    'notes.png',
    () => latin1('Dear diary, this is no picture.'),
    'notes.png is not an image: it starts with “Dear diary, ”, where a PNG, JPEG, WebP, GIF, BMP or AVIF file was expected.',
  ],
  [
    'noise.jpg',
    () => Uint8Array.of(0, 1, 2, 255),
    'noise.jpg is not an image: it starts with the bytes 00 01 02 ff, where a PNG, JPEG, WebP, GIF, BMP or AVIF file was expected.',
  ],
  [
    'cut.png',
    () =>
      concat(
        latin1('\x89PNG\r\n\x1a\n'),
        chunk('IHDR', new Uint8Array(13)),
        chunk('IDAT', new Uint8Array(90)).subarray(0, 30),
      ),
    'cut.png is cut short: its PNG chunk “IDAT” claims 90 bytes but 18 are left. Copy or download it again.',
  ],
  [
    'signature.png',
    () => latin1('\x89PNG\r\n\x1a\n'),
    'signature.png is cut short: byte 16 is needed but it has 8. Copy or download it again.',
  ],
  [
    'cut.jpg',
    async () => (await photo().jpeg().toBuffer()).subarray(0, 900),
    'cut.jpg is cut short: its JPEG data end at byte 900 without the closing marker. Copy or download it again.',
  ],
  [
    'header.jpg',
    () => Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 100, ...new Uint8Array(40)),
    'header.jpg is cut short: byte 105 is needed but it has 46. Copy or download it again.',
  ],
  [
    'marker.jpg',
    () => Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 2, 7, 7, 7, 7),
    'marker.jpg is a broken JPEG: there is no marker at byte 6. Copy or download it again.',
  ],
  [
    'cut.webp',
    () => concat(latin1('RIFF'), Uint8Array.of(0x34, 0x12, 0, 0), latin1('WEBPVP8 '), new Uint8Array(20)),
    'cut.webp is cut short: its WebP header claims 4668 bytes but it has 36. Copy or download it again.',
  ],
  [
    'cut.gif',
    () =>
      concat(latin1('GIF89a'), Uint8Array.of(3, 0, 2, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0, 3, 0, 2, 0, 0, 2, 255, 1, 2, 3)),
    'cut.gif is cut short: byte 281 is needed but it has 28. Copy or download it again.',
  ],
  [
    'frameless.gif',
    () => concat(latin1('GIF89a'), Uint8Array.of(3, 0, 2, 0, 0, 0, 0, 0x3b)),
    'frameless.gif is a GIF without pixels: it has no frame. Copy or download it again.',
  ],
  [
    'wide.png',
    () => claimedPng(20_000, 10),
    'wide.png is 20000×10 px; a side may have at most 16384 px. Make it smaller first.',
  ],
  [
    'bomb.png',
    () => claimedPng(16_000, 16_000),
    'bomb.png is 16000×16000 px; at most 120 megapixels are read. Make it smaller first.',
  ],
  [
    'huge.png',
    () => claimedPng(2 ** 31, 2 ** 31),
    'huge.png is 2147483648×2147483648 px; a side may have at most 16384 px. Make it smaller first.',
  ],
  [
    'zero.png',
    () => claimedPng(0, 7),
    'zero.png claims to be 0×7 px, which holds no pixels. Copy or download it again.',
  ],
  ['hollow.png', () => claimedPng(300, 200), `hollow.png starts like a PNG image of 300×200 px but ${DAMAGED}`],
  [
    'nested.avif',
    () => {
      const depth = 20_000;
      const bytes = concat(Uint8Array.of(0, 0, 0, 16), latin1('ftypavif\0\0\0\0'), new Uint8Array(8 * depth));
      const view = new DataView(bytes.buffer);
      for (let i = 0; i < depth; i++) {
        view.setUint32(16 + 8 * i, 8 * (depth - i));
        bytes.set(latin1('iprp'), 20 + 8 * i);
      }
      return bytes;
    },
    'nested.avif is a broken AVIF: its boxes are nested more than 4 deep. Copy or download it again.',
  ],
  [
    'endless.avif',
    () => concat(Uint8Array.of(0, 0, 0, 16), latin1('ftypavif\0\0\0\0'), box64(0, 0)),
    'endless.avif is cut short: its AVIF box “mdat” claims 0 bytes but 16 are left. Copy or download it again.',
  ],
  [
    'long.avif',
    () => concat(Uint8Array.of(0, 0, 0, 16), latin1('ftypavif\0\0\0\0'), box64(1, 16)),
    'long.avif is cut short: its AVIF box “mdat” claims 4294967312 bytes but 16 are left. Copy or download it again.',
  ],
  [
    'bmw.bmp',
    () => latin1('BMW is a maker of cars.'),
    'bmw.bmp is not an image: it starts with “BMW is a mak”, where a PNG, JPEG, WebP, GIF, BMP or AVIF file was expected.',
  ],
  [
    'feed.svg',
    () => latin1('<?xml version="1.0"?><feed/>'),
    'feed.svg is not an image: it starts with “<?xml versio”, where a PNG, JPEG, WebP, GIF, BMP or AVIF file was expected.',
  ],
  [
    'brand.avif',
    () => concat(Uint8Array.of(0, 0, 0, 16), latin1('ftypisom\0\0\0\0avif')),
    'brand.avif is a video, not a photo. Save a frame of it as PNG and use that.',
  ],
  [
    'brand.heif',
    () => concat(Uint8Array.of(0, 0, 0, 16), latin1('ftypmif1\0\0\0\0')),
    'brand.heif is a HEIC photo, which most browsers cannot decode. Save it as JPEG and use that.',
  ],
  ['', () => new Uint8Array(0), 'The image is empty (0 bytes). Pick another file.'],
  [
    'drawing.png',
    () => latin1(SVG),
    'drawing.png is an SVG drawing, which has no pixels of its own. Export it as PNG and use that.',
  ],
  [
    'report.jpg',
    () => latin1('%PDF-1.7\n'),
    'report.jpg is a PDF document, not a photo. Export the page as PNG and use that.',
  ],
  [
    'phone.heic',
    () => concat(Uint8Array.of(0, 0, 0, 24), latin1('ftypheic\0\0\0\0mif1heic')),
    'phone.heic is a HEIC photo, which most browsers cannot decode. Save it as JPEG and use that.',
  ],
  [
    'clip.jpg',
    () => concat(Uint8Array.of(0, 0, 0, 24), latin1('ftypisom\0\0\0\0isommp42')),
    'clip.jpg is a video, not a photo. Save a frame of it as PNG and use that.',
  ],
  [
    'scan.tiff',
    async () => colors().tiff().toBuffer(),
    'scan.tiff is a TIFF image, which most browsers cannot decode. Save it as PNG and use that.',
  ],
  [`${'n'.repeat(300)}.png`, () => new Uint8Array(0), `${'n'.repeat(80)}… is empty (0 bytes). Pick another file.`],
  [
    'old.bmp',
    () => {
      const bytes = new Uint8Array(58);
      bytes.set(latin1('BM'));
      bytes[14] = 40;
      bytes[18] = 1;
      bytes[22] = 1;
      return bytes;
    },
    'old.bmp is a BMP image, which only the page reads. Save it as PNG for the command line.',
    'unsupported',
  ],
];

describe('hostile images are refused', () => {
  it.each(refused)('%s', async (name, make, message, code = 'bad-image') => {
    expect(await refusal(await make(), name)).toEqual({ code, message });
  });

  it('a file above the size limit is not read', async () => {
    const huge = new Blob([]);
    Object.defineProperty(huge, 'size', { value: MAX_FILE_BYTES + 1 });
    await expect(decodeImage(huge, 'huge.png')).rejects.toThrow(
      `huge.png has ${MAX_FILE_BYTES + 1} bytes; photos of at most ${MAX_FILE_BYTES} bytes are read. Make it smaller first.`,
    );
  });
});

it('the largest common photos of phones are read', () => {
  expect(sniffImage(claimedPng(12_000, 9_000), 'phone.png')).toMatchObject({ width: 12_000, height: 9_000 });
});

it('a file that was changed after it was picked is reported', async () => {
  await expect(decodeImage(await changedFile('room.png'), 'room.png')).rejects.toMatchObject({
    code: 'bad-image',
    message: 'room.png cannot be read: it was moved or changed, or it is a folder. Add it again.',
  });
});

async function decoded(bytes: Uint8Array, name = 'photo') {
  return decodeImage(new Blob([Uint8Array.from(bytes)]), name);
}

describe('unusual images are read', () => {
  it('PNG pixels are returned unchanged', async () => {
    const { image, notes } = await decoded(await colors().png().toBuffer());
    expect(image).toEqual({ width: 3, height: 2, data: Uint8Array.from(COLORS) });
    expect(notes).toEqual([]);
  });
  it('the name of the file does not matter', async () => {
    const { header } = await decoded(await colors().webp({ lossless: true }).toBuffer(), 'photo.jpg');
    expect(header).toMatchObject({ format: 'webp', width: 3, height: 2 });
  });
  it('1×1', async () => {
    const { image } = await decoded(encode({ width: 1, height: 1, data: Uint8Array.of(9, 8, 7), channels: 3 }));
    expect(image).toEqual({ width: 1, height: 1, data: Uint8Array.of(9, 8, 7) });
  });
  it('16 bits become 8', async () => {
    const png = encode({
      width: 2,
      height: 1,
      data: Uint16Array.of(0xffff, 0x8000, 0, 0x0100, 0x1234, 0xfedc),
      channels: 3,
      depth: 16,
    });
    expect([...(await decoded(png)).image.data]).toEqual([255, 128, 0, 1, 0x12, 0xfe]);
  });
  it.each([
    ['srgb', undefined],
    ['srgb', 'srgb'],
    ['srgb', 'p3'],
    ['rgb16', undefined],
    ['rgb16', 'srgb'],
    ['rgb16', 'p3'],
  ] as const)('%s with the profile %s gives sRGB', async (space, profile) => {
    const colour = sharp({ create: { width: 1, height: 1, channels: 3, background: '#c8321e' } }).toColourspace(space);
    const png = await (profile ? colour.withIccProfile(profile) : colour).png().toBuffer();
    expect(await sharp(png).metadata()).toMatchObject({ space, hasProfile: profile !== undefined });
    expect([...(await decoded(png)).image.data]).toEqual([0xc8, 0x32, 0x1e]);
  });
  it('grey', async () => {
    const png = encode({ width: 2, height: 1, data: Uint8Array.of(5, 200), channels: 1 });
    expect([...(await decoded(png)).image.data]).toEqual([5, 5, 5, 200, 200, 200]);
  });
  it('grey with alpha is laid over white', async () => {
    const png = encode({ width: 3, height: 1, data: Uint8Array.of(0, 255, 0, 0, 100, 51), channels: 2 });
    expect([...(await decoded(png)).image.data]).toEqual([0, 0, 0, 255, 255, 255, 224, 224, 224]);
  });
  it('an animation gives its first frame and a note', async () => {
    const { image, header, notes } = await decoded(await animatedGif());
    expect(header).toMatchObject({ format: 'gif', animated: true });
    expect(image).toEqual({ width: 2, height: 2, data: new Uint8Array(12).fill(255) });
    expect(notes).toEqual(['The image is animated; its first frame is used.']);
  });
  it('a GIF with one frame is not an animation', async () => {
    expect((await decoded(await colors().gif().toBuffer())).header.animated).toBe(false);
  });
  it('AVIF', async () => {
    const { image, header } = await decoded(await photo().avif({ quality: 50, effort: 0 }).toBuffer());
    expect(header).toMatchObject({ format: 'avif', width: 64, height: 48 });
    expect(image).toMatchObject({ width: 64, height: 48 });
  });
  it('AVIF whose pixels, of a box with a size of 64 bits, come before its header', async () => {
    const bytes = new Uint8Array(await photo().avif({ quality: 50, effort: 0 }).toBuffer());
    const end = new DataView(bytes.buffer).getUint32(0);
    const pixels = concat(
      Uint8Array.of(0, 0, 0, 1),
      latin1('mdat'),
      Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 20, 1, 2, 3, 4),
    );
    const header = sniffImage(concat(bytes.subarray(0, end), pixels, bytes.subarray(end)), 'a.avif');
    expect(header).toMatchObject({ format: 'avif', width: 64, height: 48 });
  });
  it('AVIF whose last box reaches to the end', async () => {
    const last = concat(Uint8Array.of(0, 0, 0, 0), latin1('free'), new Uint8Array(5));
    const bytes = concat(new Uint8Array(await photo().avif({ quality: 50, effort: 0 }).toBuffer()), last);
    expect(sniffImage(bytes, 'a.avif')).toMatchObject({ format: 'avif', width: 64, height: 48 });
  });
  it('CMYK becomes RGB', async () => {
    const red = sharp({ create: { width: 8, height: 8, channels: 3, background: '#ff0000' } });
    const { image, header, notes } = await decoded(await red.toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer());
    expect(header.cmyk).toBe(true);
    expect(notes).toEqual(['The image has print colours (CMYK); they were turned into RGB.']);
    const [r = 0, g = 255, b = 255] = image.data;
    expect(r).toBeGreaterThan(200);
    expect(Math.max(g, b)).toBeLessThan(80);
  });

  it('EXIF orientation of a WebP is ignored, as in Chromium', async () => {
    const { image } = await decoded(await photoOf(48, 32).withMetadata({ orientation: 6 }).webp().toBuffer());
    expect(image).toMatchObject({ width: 48, height: 32 });
  });

  // Corners of the stored picture, from the top left clockwise: yellow, green, black, red.
  const [Y, G, K, R] = ['yellow', 'green', 'black', 'red'];
  it.each([
    [1, Y, G, K, R],
    [2, G, Y, R, K],
    [3, K, R, Y, G],
    [4, R, K, G, Y],
    [5, Y, R, K, G],
    [6, R, Y, G, K],
    [7, K, G, Y, R],
    [8, G, K, R, Y],
  ])('EXIF orientation %i is applied', async (orientation, ...corners) => {
    const { image, header } = await decoded(await oriented(orientation));
    expect(header).toMatchObject({ width: 48, height: 32, exif: { orientation } });
    const { width, height, data } = image;
    expect([width, height]).toEqual(orientation < 5 ? [48, 32] : [32, 48]);
    const at = (x: number, y: number) => {
      const i = (y * width + x) * 3;
      return `${(data[i] ?? 0) > 128 ? 1 : 0}${(data[i + 1] ?? 0) > 128 ? 1 : 0}`;
    };
    const names: Record<string, string> = { '11': 'yellow', '01': 'green', '00': 'black', '10': 'red' };
    const [x, y] = [width - 3, height - 3];
    expect([at(2, 2), at(x, 2), at(x, y), at(2, y)].map((code) => names[code])).toEqual(corners);
  });

  it('EXIF holds the focal length and the original size; a truncated block is read up to the cut', async () => {
    // libvips writes the picture's size itself.
    const taken = { orientation: 1, focal35: 26, taken: [48, 36] };
    const exif = { IFD2: { FocalLengthIn35mmFilm: '26' } };
    const jpeg = await photoOf(48, 36).withExif(exif).jpeg().toBuffer();
    expect((await decoded(jpeg)).header.exif).toEqual(taken);

    const start = jpeg.indexOf('Exif\0\0') + 6;
    const tiff = jpeg.subarray(start, start + jpeg.readUInt16BE(start - 8) - 8);
    expect(readExif(tiff)).toEqual(taken);
    const known = Object.entries(taken).map(([name, value]) => [name, JSON.stringify(value)]);
    for (let length = 0; length < tiff.length; length++)
      for (const [name, value] of Object.entries(readExif(tiff.subarray(0, length))))
        expect(known).toContainEqual([name, JSON.stringify(value)]);
  });
});
