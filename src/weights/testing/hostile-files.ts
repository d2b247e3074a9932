/** Builders of well-formed and malformed weight files, byte by byte, for the tests. */

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export function join(...parts: readonly (Uint8Array | string)[]): Uint8Array<ArrayBuffer> {
  const bytes = parts.map((part) => (typeof part === 'string' ? latin1(part) : part));
  const out = new Uint8Array(bytes.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of bytes) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
function number(bytes: number, value: number | bigint): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 0xffn));
}
const u16 = (value: number): Uint8Array => number(2, value);
export const u32 = (value: number): Uint8Array => number(4, value);
export const u64 = (value: number | bigint): Uint8Array => number(8, value);

/** A safetensors file of a header and `data` zero bytes; its header length is correct unless `claimed` is given. */
export function safetensors(header: unknown, data = 0, claimed?: bigint): Blob {
  const json = utf8(typeof header === 'string' ? header : JSON.stringify(header));
  return new Blob([join(u64(claimed ?? json.length), json, new Uint8Array(data))]);
}
export const f32 = (begin: number, end: number, shape: unknown = [(end - begin) / 4]): object => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

/** A valid deflate stream of uncompressed blocks (RFC 1951 §3.2.4), so that no compressor is needed. */
function deflateStored(data: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  const most = 65_535;
  for (let at = 0; at === 0 || at < data.length; at += most) {
    const part = data.subarray(at, at + most);
    const last = at + most >= data.length;
    blocks.push(join(Uint8Array.of(last ? 1 : 0), u16(part.length), u16(0xffff - part.length), part));
  }
  return join(...blocks);
}

interface Record {
  readonly name: string;
  readonly data: Uint8Array | string;
  readonly deflate?: boolean;
  /** Uncompressed size that the archive claims. */
  readonly claimed?: number;
  /** CRC-32 that the archive claims. */
  readonly crc?: number;
  /** Whether the archive claims that it is encrypted. */
  readonly encrypted?: boolean;
}

/** A zip archive; checksums are 0, which means that there are none, unless they are given. */
export function zip(records: readonly Record[]): Uint8Array<ArrayBuffer> {
  const bodies: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, data, deflate = false, claimed, crc = 0, encrypted = false } of records) {
    const plain = join(data);
    const stored = deflate ? deflateStored(plain) : plain;
    const middle = join(
      u16(deflate ? 8 : 0),
      u32(0),
      u32(crc),
      u32(stored.length),
      u32(claimed ?? plain.length),
      u16(name.length),
      u16(0),
    );
    const flags = u16(encrypted ? 1 : 0);
    const body = join('PK\x03\x04', u16(20), flags, middle, name, stored);
    bodies.push(body);
    directory.push(
      join('PK\x01\x02', u16(20), u16(20), flags, middle, u16(0), u16(0), u16(0), u32(0), u32(offset), name),
    );
    offset += body.length;
  }
  const central = join(...directory);
  const end = join(
    'PK\x05\x06',
    u16(0),
    u16(0),
    u16(records.length),
    u16(records.length),
    u32(central.length),
    u32(offset),
    u16(0),
  );
  return join(...bodies, central, end);
}

/** A checkpoint as torch.save writes it, with the given pickle. */
export function torchFile(pickle: Uint8Array | string, records: readonly Record[] = []): Blob {
  return new Blob([
    zip([{ name: 'archive/data.pkl', data: pickle }, { name: 'archive/byteorder', data: 'little' }, ...records]),
  ]);
}

/** Pieces of a pickle of protocol 2. */
export const pickle = {
  program: (...parts: readonly (Uint8Array | string)[]): Uint8Array => join('\x80\x02', ...parts, '.'),
  text: (text: string): Uint8Array => join('X', u32(utf8(text).length), utf8(text)),
  integer: (value: number): Uint8Array => join('J', u32(value >>> 0)),
  tuple: (...items: readonly (Uint8Array | string)[]): Uint8Array => join('(', ...items, 't'),
  dict: (...items: readonly (Uint8Array | string)[]): Uint8Array => join('}(', ...items, 'u'),
  global: (module: string, name: string): string => `c${module}\n${name}\n`,
  /** A call by REDUCE. */
  call: (module: string, name: string, ...args: readonly (Uint8Array | string)[]): Uint8Array =>
    join(pickle.global(module, name), pickle.tuple(...args), 'R'),
  storage: (elements: number, type = 'FloatStorage', key = '0', module = 'torch'): Uint8Array =>
    join(
      pickle.tuple(
        pickle.text('storage'),
        pickle.global(module, type),
        pickle.text(key),
        pickle.text('cpu'),
        pickle.integer(elements),
      ),
      'Q',
    ),
  tensor: (
    shape: readonly number[],
    stride: readonly number[],
    storage: Uint8Array | string = pickle.storage(4),
    offset = 0,
    ...metadata: readonly (Uint8Array | string)[]
  ): Uint8Array =>
    pickle.call(
      'torch._utils',
      '_rebuild_tensor_v2',
      storage,
      pickle.integer(offset),
      pickle.tuple(...shape.map(pickle.integer)),
      pickle.tuple(...stride.map(pickle.integer)),
      '\x89',
      pickle.call('collections', 'OrderedDict'),
      ...metadata,
    ),
};
