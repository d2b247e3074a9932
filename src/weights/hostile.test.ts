import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../errors.ts';
import { VpdError } from '../errors.ts';
import type { NamedBlob } from './open.ts';
import { openCheckpoint } from './open.ts';
import { HOSTILE_FILES } from './testing/hostile-cases.ts';
import { f32, join, pickle, safetensors, torchFile } from './testing/hostile-files.ts';

/** Opens a file, reads all its tensors and returns the error. */
async function failure(files: readonly NamedBlob[]): Promise<{ code: ErrorCode; message: string }> {
  try {
    const source = await openCheckpoint(files);
    for (const name of source.tensors.keys()) await source.readF32(name);
  } catch (thrown) {
    if (thrown instanceof VpdError) return { code: thrown.code, message: thrown.message };
    throw thrown;
  }
  throw new Error('The file was opened and read.');
}

const { program, text, dict, call, global, tensor } = pickle;
const data = { name: 'archive/data/0', data: new Uint8Array(16) };

describe('malformed weight files are refused in one sentence', () => {
  it.each(HOSTILE_FILES)('%s', async (_, blob, code, message) => {
    expect(await failure([{ name: 'w', blob }])).toEqual({ code, message });
  });

  it('two files without an index', async () => {
    const blob = safetensors({ a: f32(0, 4) }, 4);
    expect(
      await failure([
        { name: 'a', blob },
        { name: 'b', blob },
      ]),
    ).toEqual({
      code: 'bad-request',
      message: 'a and b come without a model.safetensors.index.json that joins them. Open them one by one or add it.',
    });
  });
});

describe('finds the state dict', () => {
  const weights = dict(text('a'), tensor([4], [1]));
  const model = join(global('nn', 'Net'), ')\x81');
  it.each([
    ['after an empty dict', dict(text('state_dict'), '}', text('model'), weights)],
    ['next to a pickled model', dict(text('model'), model, text('model_state_dict'), weights)],
    ["under DeepSpeed's key", dict(text('module'), weights)],
    ['at the top level, next to an empty dict', dict(text('model'), '}', text('a'), tensor([4], [1]))],
  ])('%s', async (_, value) => {
    const source = await openCheckpoint([{ name: 'w', blob: torchFile(program(value), [data]) }]);
    expect([...source.tensors.keys()]).toEqual(['a']);
  });
});

it.each(['neg', 'conj'])('a tensor with PyTorch\'s bit "%s" is left out', async (bit) => {
  const lazy = tensor([4], [1], pickle.storage(4), 0, dict(text(bit), '\x88'));
  const plain = tensor([4], [1], pickle.storage(4), 0, dict(text(bit), '\x89'));
  const blob = torchFile(program(dict(text('lazy'), lazy, text('plain'), plain)), [data]);
  const source = await openCheckpoint([{ name: 'w', blob }]);
  expect([...source.tensors.keys()]).toEqual(['plain']);
  expect(source.notes).toEqual([
    'w: 1 tensor (lazy) with PyTorch’s negative or conjugate bit cannot be read. Save after resolve_neg() and resolve_conj().',
  ]);
});

describe('hostile content next to valid weights', () => {
  it('is not run, and is reported', async () => {
    const evil = call('os', 'system', text('touch /tmp/owned'));
    const blob = torchFile(
      program(
        dict(
          text('state_dict'),
          dict(text('__proto__'), tensor([2, 2], [1, 2])),
          text('hook'),
          evil,
          text('inst'),
          join('(ios\nremove\n'),
        ),
      ),
      [{ name: 'archive/data/0', data: new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer) }],
    );
    const source = await openCheckpoint([{ name: 'w', blob }]);
    expect(source.notes).toEqual(['w: 2 foreign names (os.system, os.remove) in the file: nothing of that was run.']);
    expect([...(await source.readF32('__proto__'))]).toEqual([1, 3, 2, 4]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('tuples nested a hundred thousand deep do not overflow the stack', async () => {
    const blob = torchFile(program(dict(text('a'), tensor([4], [1]), text('deep'), ')', '\x85'.repeat(100_000))), [
      data,
    ]);
    expect([...(await openCheckpoint([{ name: 'w', blob }])).tensors.keys()]).toEqual(['a']);
  });
});
