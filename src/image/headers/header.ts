/** What the first bytes of an image file tell, read before anything is decoded. */
export interface ImageHeader {
  readonly format: ImageFormat;
  /** Pixels as stored, before the orientation is applied. */
  readonly width: number;
  readonly height: number;
  /** Of JPEG files that have it. Orientations 5…8 swap width and height. */
  readonly exif?: Exif;
  /** More than one frame: the first is used. */
  readonly animated: boolean;
  /** Four-colour print file: turned into RGB by the decoder. */
  readonly cmyk: boolean;
}

/** What the camera wrote beside its picture (EXIF), as far as it matters here. */
export interface Exif {
  /** 1…8; 1 is upright. */
  readonly orientation: number;
  /** Focal length in millimetres of the lens that sees the same diagonal on a frame of 36×24 mm. */
  readonly focal35?: number;
  /** Pixels of the picture that the camera took, in its own turn. */
  readonly taken?: readonly [width: number, height: number];
}

export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'gif' | 'bmp' | 'avif';

/** Thrown by the header parsers: the end of a sentence that starts with the file's name. */
export class HeaderProblem extends Error {}

/** Bounds-checked reads; a read past the end means that the file is cut short. */
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
  /** Whether the bytes hold 0xFF `marker` at or after `from`; searched from the end. */
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
