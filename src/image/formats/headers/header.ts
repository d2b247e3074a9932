/** Header of an image file, read before anything is decoded. */
export interface ImageHeader {
  readonly format: ImageFormat;
  /** Pixels as stored, before the orientation is applied. */
  readonly width: number;
  readonly height: number;
  /** EXIF of JPEG files. Orientations 5…8 swap width and height. */
  readonly exif?: Exif;
  /** True if there is more than one frame; the first is used. */
  readonly animated: boolean;
  /** True for four-colour print files; the decoder converts them to RGB. */
  readonly cmyk: boolean;
}

/** The EXIF fields that are used here. */
export interface Exif {
  /** 1…8; 1 is upright. */
  readonly orientation: number;
  /** 35 mm equivalent focal length, in millimetres (same diagonal field of view on 36×24 mm). */
  readonly focal35?: number;
  /** Size of the original frame in pixels, before rotation. */
  readonly taken?: readonly [width: number, height: number];
}

export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'gif' | 'bmp' | 'avif';

/** Thrown by the header parsers; its message completes a sentence that starts with the file's name. */
export class HeaderProblem extends Error {}

/** Reads bytes with bounds checks; a read past the end throws a HeaderProblem: the file is truncated. */
export class ByteReader {
  readonly length: number;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.length = bytes.byteLength;
  }
  u8(at: number): number {
    this.#need(at, 1);
    return this.#view.getUint8(at);
  }
  u16(at: number, little = false): number {
    this.#need(at, 2);
    return this.#view.getUint16(at, little);
  }
  u24le(at: number): number {
    return this.u16(at, true) + this.u8(at + 2) * 0x1_0000;
  }
  u32(at: number, little = false): number {
    this.#need(at, 4);
    return this.#view.getUint32(at, little);
  }
  i32le(at: number): number {
    this.#need(at, 4);
    return this.#view.getInt32(at, true);
  }
  /** Latin-1 text. */
  text(at: number, length: number): string {
    this.#need(at, length);
    return String.fromCharCode(...this.#bytes.subarray(at, at + length));
  }
  slice(at: number, length: number): Uint8Array {
    this.#need(at, length);
    return this.#bytes.subarray(at, at + length);
  }
  /** True if the bytes contain 0xFF `marker` at or after `from`; searches from the end. */
  hasMarkerAfter(from: number, marker: number): boolean {
    for (let i = this.#bytes.lastIndexOf(marker); i > from; i = this.#bytes.lastIndexOf(marker, i - 1))
      if (this.#bytes[i - 1] === 0xff) return true;
    return false;
  }
  #need(at: number, length: number): void {
    if (at < 0 || at + length > this.length)
      throw new HeaderProblem(`is cut short: byte ${at + length} is needed but it has ${this.length}`);
  }
}
