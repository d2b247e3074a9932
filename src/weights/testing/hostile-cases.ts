/** Malformed files for the tests, each with the error code and message expected when it is opened and read as `w`. */

import type { ErrorCode } from '../../errors.ts';
import { f32, join, pickle, safetensors, torchFile, u32, u64, zip } from './hostile-files.ts';

const bytes = (...parts: readonly (Uint8Array | string)[]): Blob => new Blob([join(...parts)]);
const data = { name: 'archive/data/0', data: new Uint8Array(16) };
const { program, text, integer, tuple, dict, global, call, storage, tensor } = pickle;

type Case = readonly [what: string, blob: Blob, code: ErrorCode, message: string];

const SAFETENSORS: readonly Case[] = [
  ['empty', new Blob([]), 'bad-file', 'w is empty.'],
  [
    'three bytes',
    bytes('abc'),
    'unsupported',
    'w is neither a safetensors file nor a PyTorch checkpoint: it begins with 61 62 63.',
  ],
  [
    'a header of 4 GB',
    safetensors({}, 0, 2n ** 32n),
    'bad-file',
    'w claims a safetensors header of 4294967296 bytes, more than the format’s limit of 100000000: it is not a safetensors file.',
  ],
  [
    'a header of 2^64 − 1 bytes',
    safetensors({}, 0, 2n ** 64n - 1n),
    'bad-file',
    'w claims a safetensors header of 18446744073709551615 bytes, more than the format’s limit of 100000000: it is not a safetensors file.',
  ],
  [
    'a cut header',
    safetensors({}, 0, 5000n),
    'bad-file',
    'w claims a safetensors header of 5000 bytes but has 10 in all: it is truncated. Download it again.',
  ],
  [
    'no JSON',
    safetensors('{"a":'),
    'bad-file',
    'w: the safetensors header is not JSON, so the file is corrupt or of another kind.',
  ],
  [
    'JSON with broken UTF-8',
    bytes(u64(3), '{\xff}'),
    'bad-file',
    'w: the safetensors header is not JSON, so the file is corrupt or of another kind.',
  ],
  [
    'the same name twice',
    safetensors(
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      4,
    ),
    'bad-file',
    'w names tensor a twice.',
  ],
  [
    'an entry that is a number',
    safetensors({ a: 1 }),
    'bad-file',
    'w: the header entry of tensor a is malformed (Invalid type: Expected Object but received 1); it needs dtype, shape and data_offsets.',
  ],
  [
    'an unknown type',
    safetensors({ a: { dtype: 'Q4', shape: [1], data_offsets: [0, 1] } }, 1),
    'unsupported',
    'w: tensor a has the unknown type Q4.',
  ],
  [
    'a negative side',
    safetensors({ a: f32(0, 4, [-1]) }, 4),
    'bad-file',
    'w: the header entry of tensor a is malformed (Invalid value: Expected >=0 but received -1); it needs dtype, shape and data_offsets.',
  ],
  [
    'sides whose product overflows',
    safetensors({ a: f32(0, 4, [2 ** 40, 2 ** 40]) }, 4),
    'bad-file',
    'w: tensor a claims shape [1099511627776, 1099511627776] of F32, more than the 2147483647 bytes that one tensor may have.',
  ],
  [
    'a tensor of 4 TB',
    safetensors({ a: f32(0, 2 ** 42, [2 ** 40]) }, 4),
    'bad-file',
    'w: tensor a claims shape [1099511627776] of F32, more than the 2147483647 bytes that one tensor may have.',
  ],
  [
    'offsets that do not fit the shape',
    safetensors({ a: f32(0, 8, [3]) }, 8),
    'bad-file',
    'w: tensor a of F32 [3] needs 12 bytes but its offsets 0..8 hold 8.',
  ],
  [
    'offsets backwards',
    safetensors({ a: f32(8, 0, [2]) }, 8),
    'bad-file',
    'w: tensor a of F32 [2] needs 8 bytes but its offsets 8..0 hold -8.',
  ],
  [
    'overlapping tensors',
    safetensors({ a: f32(0, 8), b: f32(4, 12) }, 12),
    'bad-file',
    'w: tensor b overlaps tensor a.',
  ],
  [
    'a hole',
    safetensors({ a: f32(0, 4), b: f32(8, 12) }, 12),
    'bad-file',
    'w: 4 bytes between tensor a and tensor b belong to no tensor.',
  ],
  [
    'offsets beyond the end',
    safetensors({ a: f32(0, 400) }, 12),
    'bad-file',
    'w: tensor a ends at byte 466 but the file has 78: it is truncated. Download it again.',
  ],
  [
    'bytes that belong to no tensor',
    safetensors({ a: f32(0, 4) }, 9),
    'bad-file',
    'w: 5 bytes after tensor a belong to no tensor.',
  ],
  [
    'metadata of numbers',
    safetensors({ __metadata__: { a: 1 } }),
    'bad-file',
    'w: __metadata__ must map strings to strings.',
  ],
  [
    'a JSON file',
    bytes('{"weights": 1}'),
    'bad-file',
    'w has no weight_map, so it is not an index of safetensors shards.',
  ],
  [
    'an index without its shards',
    bytes('{"weight_map": {"a": "../../etc/passwd"}}'),
    'missing',
    'w names the shard ../../etc/passwd, which is not among the files. Choose all of them together.',
  ],
];

const MISLABELLED: readonly Case[] = [
  [
    'a Git LFS pointer',
    bytes('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'),
    'unsupported',
    'w is a Git LFS pointer, not the file itself. Fetch the file with git lfs pull or download it from its page.',
  ],
  [
    'a login page',
    bytes('\n<!DOCTYPE html><html>'),
    'unsupported',
    'w is a web page: the download failed or needs a login. Download it again.',
  ],
  ['a picture', bytes('\x89PNG\r\n\x1a\n'), 'unsupported', 'w is a picture or sound, not a checkpoint.'],
  ['gzip', bytes('\x1f\x8b\x08\x00'), 'unsupported', 'w is a compressed archive. Unpack it first.'],
  ['GGUF', bytes('GGUF\x03\x00\x00\x00'), 'unsupported', 'w is a GGUF file. Give the original .safetensors or .ckpt.'],
  [
    'PyTorch before 1.6',
    bytes('\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.'),
    'unsupported',
    'w is in the format of PyTorch before 1.6. Open it in PyTorch and save it again with torch.save(torch.load(path, map_location="cpu"), new_path).',
  ],
  [
    'a bare pickle',
    bytes('\x80\x04cos\nsystem\n.'),
    'unsupported',
    'w is a bare pickle without the storages of tensors. Save the state dict with torch.save or as safetensors.',
  ],
];

const archive = zip([{ name: 'archive/data.pkl', data: program('}') }]);
const ZIP: readonly Case[] = [
  [
    'a cut archive',
    new Blob([archive.slice(0, -30)]),
    'bad-file',
    'w is not a checkpoint or is damaged: its zip directory is truncated or inconsistent. Download the file again.',
  ],
  [
    'an archive without files',
    new Blob([zip([])]),
    'bad-file',
    'w is a damaged or empty zip archive. Download it again.',
  ],
  [
    'another archive',
    new Blob([zip([{ name: 'model.ckpt', data: 'x' }])]),
    'unsupported',
    'w is a zip archive without a data.pkl, so torch.save did not write it. Unpack it and give model.ckpt.',
  ],
  [
    'two pickles',
    new Blob([
      zip([
        { name: 'a/data.pkl', data: 'x' },
        { name: 'b/data.pkl', data: 'x' },
      ]),
    ]),
    'bad-file',
    'w has two pickles, a/data.pkl and b/data.pkl; a checkpoint has one.',
  ],
  [
    'TorchScript',
    torchFile(program('}'), [{ name: 'archive/constants.pkl', data: '' }]),
    'unsupported',
    'w is a TorchScript program. Save the state dict of the original model with torch.save.',
  ],
  [
    'big-endian numbers',
    new Blob([
      zip([
        { name: 'a/data.pkl', data: program('}') },
        { name: 'a/byteorder', data: 'big' },
      ]),
    ]),
    'unsupported',
    'w was written on a machine of byte order “big”; only little is read. Save it again on a common machine.',
  ],
  [
    'a pickle that claims 4 GB',
    new Blob([zip([{ name: 'a/data.pkl', data: program('}'), deflate: true, claimed: 4e9 }])]),
    'bad-file',
    'w: record a/data.pkl has 4000000000 bytes, more than the limit of 100000000.',
  ],
  [
    'a zip bomb of a storage',
    torchFile(program(dict(text('a'), tensor([4], [1]))), [{ ...data, deflate: true, claimed: 4e9 }]),
    'bad-file',
    'w: record archive/data/0 would inflate from 21 to 4000000000 bytes, more than the limit of 536870912.',
  ],
  [
    'a record that inflates to more than it claims',
    torchFile(program(dict(text('a'), tensor([4], [1]))), [
      { name: 'archive/data/0', data: new Uint8Array(5_000_000), deflate: true, claimed: 16 },
    ]),
    'bad-file',
    'w: record archive/data/0 inflates to more than the 16 bytes that it claims.',
  ],
  [
    'a record that inflates to less than it claims',
    torchFile(program(dict(text('a'), tensor([4], [1]))), [{ ...data, deflate: true, claimed: 17 }]),
    'bad-file',
    'w: record archive/data/0 inflates to 16 bytes instead of the 17 that it claims.',
  ],
];

const corrupt = (what: string, at: number): string =>
  `w: the pickle ${what} at byte ${at}, so the file is corrupt or hostile.`;
const PICKLE: readonly Case[] = [
  [
    'a call of os.system',
    torchFile(program(call('os', 'system', text('touch /tmp/owned')))),
    'unsupported',
    'w holds an object of os.system instead of a state dict. Save model.state_dict() with torch.save.',
  ],
  [
    'eval through STACK_GLOBAL and NEWOBJ_EX',
    torchFile(join('\x80\x04', text('builtins'), text('eval'), '\x93', tuple(text('1+1')), '}', '\x92.')),
    'unsupported',
    'w holds an object of builtins.eval instead of a state dict. Save model.state_dict() with torch.save.',
  ],
  [
    'a whole model',
    torchFile(program(dict(text('model'), global('nn', 'Net'), ')\x81', dict(text('w'), integer(1)), 'b'))),
    'unsupported',
    'w holds an object of nn.Net as its model instead of a state dict. Save model.state_dict() with torch.save.',
  ],
  [
    'nesting 20,000 deep',
    torchFile(program('('.repeat(20_000))),
    'bad-file',
    corrupt('nests more than 10000 deep', 10_003),
  ],
  [
    'a million values on the stack',
    torchFile(program('N'.repeat(1_000_001))),
    'bad-file',
    corrupt('has a stack of more than 1000000 values', 1_000_003),
  ],
  [
    'a memo index of four billion',
    torchFile(program('}r', u32(0xffffffff))),
    'bad-file',
    corrupt('stores value number 4294967295, more than the limit of 5000000,', 8),
  ],
  [
    'a memo index that was never written',
    torchFile(program('h\x07')),
    'bad-file',
    corrupt('reads value number 7, which it never stored,', 4),
  ],
  [
    'an unknown operation',
    torchFile(program('\xff')),
    'bad-file',
    corrupt('has the operation 0xff, which no checkpoint needs,', 3),
  ],
  [
    'an opcode of the extension registry',
    torchFile(program('\x82\x01')),
    'bad-file',
    corrupt('has the operation 0x82, which no checkpoint needs,', 3),
  ],
  ['an empty stack', torchFile(program('0')), 'bad-file', corrupt('takes a value from an empty stack', 3)],
  [
    'a group that was never opened',
    torchFile(program('t')),
    'bad-file',
    corrupt('closes a group that it never opened', 3),
  ],
  ['values taken across a mark', torchFile(program('N(0R')), 'bad-file', corrupt('passes None as arguments', 6)],
  ['a call of a number', torchFile(program('K\x01)R')), 'bad-file', corrupt('calls a number', 6)],
  ['items of a number', torchFile(program('K\x01K\x02K\x03s')), 'bad-file', corrupt('sets items of a number', 9)],
  ['a key without a value', torchFile(program('}(K\x01u')), 'bad-file', corrupt('sets a key without a value', 7)],
  ['no end', torchFile('\x80\x02}'), 'bad-file', corrupt('ends where 1 more bytes were expected', 3)],
  [
    'a text of terabytes',
    torchFile(join('\x80\x04\x8d', u64(2n ** 43n))),
    'bad-file',
    corrupt('has a string of 8796093022208 bytes, more than the limit of 16777216,', 11),
  ],
  ['an unknown protocol', torchFile('\x80\x09}.'), 'bad-file', corrupt('has the unknown protocol 9', 2)],
  [
    'a list',
    torchFile(program(']')),
    'unsupported',
    'w holds a list instead of a state dict. Save model.state_dict() with torch.save.',
  ],
  [
    'a dict without tensors',
    torchFile(program(dict(text('epoch'), integer(3), text('net'), dict(text('state_dict'), tensor([4], [1]))))),
    'bad-file',
    'w has no tensors under state_dict, model, model_state_dict, module, nor at its top, where it has 2 keys (epoch, net). Save model.state_dict() with torch.save.',
  ],
  [
    'an empty dict',
    torchFile(program('}')),
    'bad-file',
    'w has no tensors under state_dict, model, model_state_dict, module, nor at its top, where it has nothing. Save model.state_dict() with torch.save.',
  ],
  [
    'millions of dicts, each created by one byte',
    torchFile(program('}0'.repeat(2_000_001))),
    'bad-file',
    corrupt('creates more than 2000000 objects', 4_000_003),
  ],
];

/** A file that memoizes a value once and passes it to `times` calls as their only argument. */
const called = (value: string, module: string, name: string, times: number): Blob =>
  torchFile(program(value, '\x85q\x000', global(module, name), 'q\x010', 'h\x01h\x00R0'.repeat(times), '}'));
const AMPLIFIED: readonly Case[] = [
  [
    'sizes of 100,000 dimensions, each created by six bytes',
    called(`(${'K\x01'.repeat(100_000)}t`, 'torch', 'Size', 1000),
    'bad-file',
    'w: a tensor has a size of 100000 numbers, more than the limit of 64, so the file is corrupt or hostile.',
  ],
  [
    'dictionaries of a thousand pairs, each created by six bytes',
    called(`](${'K\x01K\x02\x86'.repeat(1000)}e`, 'collections', 'OrderedDict', 1001),
    'bad-file',
    'w: calls in the pickle copy more than 1000000 values, so the file is corrupt or hostile.',
  ],
  [
    'sizes in lists, each copied by six bytes',
    called(`](${'K\x01'.repeat(64)}e`, 'torch', 'Size', 16_000),
    'bad-file',
    'w: calls in the pickle copy more than 1000000 values, so the file is corrupt or hostile.',
  ],
];

const hostileTensor = (what: string): string => `w: ${what}, so the file is corrupt or hostile.`;
const TENSORS: readonly Case[] = [
  [
    'a storage shorter than the tensor',
    torchFile(program(dict(text('a'), tensor([5], [1]))), [data]),
    'bad-file',
    hostileTensor('a tensor of shape [5] reaches element 5 of a storage that has 4'),
  ],
  [
    'a record shorter than the storage',
    torchFile(program(dict(text('a'), tensor([5], [1], storage(5)))), [data]),
    'bad-file',
    'w: the storage of tensor a claims 20 bytes but its record archive/data/0 has 16.',
  ],
  [
    'a negative stride',
    torchFile(program(dict(text('a'), tensor([2, 2], [-1, 1]))), [data]),
    'bad-file',
    hostileTensor('a tensor has a stride that is not a tuple of whole numbers of at least 0'),
  ],
  [
    'a negative size',
    torchFile(program(dict(text('a'), tensor([-2], [1]))), [data]),
    'bad-file',
    hostileTensor('a tensor has a size that is not a tuple of whole numbers of at least 0'),
  ],
  [
    'a negative offset',
    torchFile(program(dict(text('a'), tensor([2], [1], storage(4), -1))), [data]),
    'bad-file',
    hostileTensor('a tensor has an offset that is not a whole number of at least 0'),
  ],
  [
    'a storage of less than no elements',
    torchFile(program(dict(text('a'), tensor([0], [1], storage(-1)))), [data]),
    'bad-file',
    hostileTensor('a persistent id is not that of a storage'),
  ],
  [
    'too few strides',
    torchFile(program(dict(text('a'), tensor([2, 2], [1]))), [data]),
    'bad-file',
    hostileTensor('a tensor of shape [2, 2] has 1 strides'),
  ],
  [
    'a tensor of 65 dimensions',
    torchFile(program(dict(text('a'), tensor(new Array(65).fill(1), new Array(65).fill(1)))), [data]),
    'bad-file',
    hostileTensor('a tensor has a size of 65 numbers, more than the limit of 64'),
  ],
  [
    'more strides than any tensor has',
    torchFile(program(dict(text('a'), tensor([1], new Array(65).fill(1)))), [data]),
    'bad-file',
    hostileTensor('a tensor has a stride of 65 numbers, more than the limit of 64'),
  ],
  [
    'an expansion to terabytes',
    torchFile(program(dict(text('a'), tensor([1_000_000, 1_000_000], [0, 0]))), [data]),
    'bad-file',
    'w: tensor a claims shape [1000000, 1000000] of F32, more than the 2147483647 bytes that one tensor may have.',
  ],
  [
    'a record that is not there',
    torchFile(program(dict(text('a'), tensor([4], [1])))),
    'bad-file',
    'w: the storage 0 of tensor a is not in the archive.',
  ],
  [
    'a tensor of text',
    torchFile(program(dict(text('a'), tensor([4], [1], text('x')))), [data]),
    'bad-file',
    hostileTensor('a tensor is made of a string instead of a storage'),
  ],
  [
    'a persistent id of another kind',
    torchFile(program(text('x'), 'Q'), [data]),
    'bad-file',
    hostileTensor('a persistent id is not that of a storage'),
  ],
  [
    'a type that every object has',
    torchFile(program(dict(text('a'), tensor([4], [1], storage(4, 'constructor')))), [data]),
    'bad-file',
    'w has no tensors under state_dict, model, model_state_dict, module, nor at its top, where it has 1 key (a). Save model.state_dict() with torch.save.',
  ],
  [
    'a type of another module',
    torchFile(program(dict(text('a'), tensor([4], [1], storage(4, 'FloatStorage', '0', 'evil')))), [data]),
    'bad-file',
    'w has no tensors under state_dict, model, model_state_dict, module, nor at its top, where it has 1 key (a). Save model.state_dict() with torch.save.',
  ],
  [
    'a type that does not exist',
    torchFile(program(dict(text('a'), tensor([4], [1], storage(4, 'WideStorage')))), [data]),
    'bad-file',
    'w has no tensors under state_dict, model, model_state_dict, module, nor at its top, where it has 1 key (a). Save model.state_dict() with torch.save.',
  ],
];

export const HOSTILE_FILES: readonly Case[] = [
  ...SAFETENSORS,
  ...MISLABELLED,
  ...ZIP,
  ...PICKLE,
  ...AMPLIFIED,
  ...TENSORS,
];
