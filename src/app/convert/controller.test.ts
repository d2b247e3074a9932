/** What happens to files that are given while others are expected, read or converted. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FromConverter, PlanReport, ToConverter } from '../../storage/conversion/protocol.ts';
import type { StoppedConversion } from '../../storage/conversion/store.ts';
import { createAppStore } from '../store.ts';
import { settle } from '../testing/bench.ts';
import { createConversionController } from './controller.ts';
import type { GivenFile } from './given.ts';

type Plan = Extract<ToConverter, { kind: 'plan' }>;

let sent: ToConverter[];
let ended: number;
let answer: (message: FromConverter) => void;
let stopped: StoppedConversion[];
let releaseLock: () => void;
vi.mock('./converter.ts', () => ({
  startConverter(onMessage: typeof answer) {
    answer = onMessage;
    return { send: (message: ToConverter) => sent.push(message), end: () => ended++ };
  },
}));
vi.mock('../../storage/conversion/store.ts', () => ({
  listConversions: async () => stopped,
  discardConversion: async (id: string) => {
    stopped = stopped.filter((each) => each.id !== id);
  },
  whenIdle: () =>
    new Promise<void>((resolve) => {
      releaseLock = resolve;
    }),
}));
vi.mock('./handles.ts', () => ({ filesOfHandles: async () => undefined, forgetHandles() {}, keepHandles() {} }));

const HALF: StoppedConversion = {
  id: 'half',
  name: 'VPD depth',
  weights: 'q4',
  options: { heads: 4 },
  files: [{ name: 'depth.pth', size: 3, sha256: '' }],
  total: 100,
  begun: '',
  kept: 50,
  busy: false,
};

const file = (name: string, content = 'abc'): GivenFile => ({ file: new File([content], name) });

/** A plan of one model; `id` and `kept` (bytes already written) are those of its q4 scheme. */
const plan = (id: string, kept = 0): FromConverter => {
  const scheme = (weights: string) => ({
    id: weights === 'q4' ? id : `${id}-${weights}`,
    bytes: 100,
    fit: undefined,
    kept: weights === 'q4' ? kept : 0,
    stored: false,
  });
  const report: PlanReport = Object.assign(Object.create(null), {
    marks: [{ name: 'given.pth', size: 5, sha256: '' }],
    packs: [{ names: ['given.pth'], given: [0] }],
    config: { name: 'A model' },
    schemes: { q4: scheme('q4'), q8: scheme('q8'), f16: scheme('f16'), f32: scheme('f32') },
  });
  return { kind: 'planned', report };
};

function bench() {
  const store = createAppStore();
  const errors: unknown[] = [];
  const showError = (thrown: unknown) => errors.push(thrown);
  const controller = createConversionController({ store, showError }, async () => true);
  const step = () => store.getState().conversion?.step;
  const busy = () => store.getState().conversion?.stopped.map((each) => each.busy);
  const plans = () => sent.filter((message): message is Plan => message.kind === 'plan');
  const names = () => plans().map(({ files }) => files.map((each) => ('url' in each ? each.url : each.name)));
  return {
    controller,
    step,
    busy,
    plans,
    names,
    errors,
    converts: () => sent.filter(({ kind }) => kind === 'convert'),
  };
}

beforeEach(() => {
  sent = [];
  ended = 0;
  stopped = [];
  vi.stubGlobal('navigator', { storage: { estimate: async () => ({ quota: 1000, usage: 0 }) } });
});
afterEach(() => vi.unstubAllGlobals());

/** A bench where a stopped conversion was resumed and its file is expected. */
async function expecting() {
  const found = bench();
  stopped = [HALF];
  await found.controller.open();
  await found.controller.resume('half');
  expect(found.step()).toMatchObject({
    message: 'Choose or drop depth.pth again to continue the conversion of VPD depth.',
  });
  return found;
}

test('a conversion that is still locked by the page from before a reload can be continued once the lock is released', async () => {
  const { controller, busy } = bench();
  stopped = [{ ...HALF, busy: true }];
  await controller.listUnfinished();
  expect(busy()).toEqual([true]);
  stopped = [HALF];
  releaseLock();
  await settle();
  expect(busy()).toEqual([false]);
});

test('the expected file continues the conversion at once, with its original options', async () => {
  const { controller, step, plans, converts } = await expecting();
  controller.add([file('depth.pth')]);
  expect(plans().map(({ options }) => options)).toEqual([{ heads: 4 }]);
  answer(plan('half', 50));
  expect(step()).toMatchObject({ kind: 'work', weights: 'q4' });
  expect(converts()).toEqual([{ kind: 'convert', weights: 'q4' }]);
});

test('a different file is planned on its own, with a note; the expected file still continues the conversion', async () => {
  const { controller, step, plans, names, converts } = await expecting();
  controller.add([file('other.pth', 'other')]);
  expect(plans().at(-1)?.options).toEqual({});
  answer(plan('other'));
  expect(step()).toMatchObject({
    kind: 'plan',
    note: 'The conversion of VPD depth was started with depth.pth of 3 bytes, but this is given.pth of 5 bytes, or its contents differ. Choose the original file, or start a new conversion with this one.',
  });
  expect(converts()).toEqual([]);
  controller.add([file('depth.pth')]);
  expect(names().at(-1)).toEqual(['depth.pth']);
  expect(plans().at(-1)?.options).toEqual({ heads: 4 });
  answer(plan('half', 50));
  expect(step()).toMatchObject({ kind: 'work', weights: 'q4' });
});

test('after an unreadable file, the right one is still expected', async () => {
  const { controller, step, plans } = await expecting();
  controller.add([file('notes.txt', 'none')]);
  answer({ kind: 'failed', error: { code: 'bad-file', message: 'notes.txt is no checkpoint.' }, kept: false });
  expect(step()).toEqual({ kind: 'choose', message: 'notes.txt is no checkpoint.', expected: 'half' });
  controller.add([file('depth.pth')]);
  expect(plans().at(-1)?.options).toEqual({ heads: 4 });
  answer(plan('half', 50));
  expect(step()).toMatchObject({ kind: 'work', weights: 'q4' });
});

test('the file of a discarded conversion is not expected any more', async () => {
  const { controller, step, plans } = await expecting();
  await controller.discard('half');
  expect(step()).toEqual({ kind: 'choose', message: undefined, expected: undefined });
  controller.add([file('other.pth', 'other')]);
  expect(plans().at(-1)?.options).toEqual({});
  answer(plan('other'));
  expect(step()).toMatchObject({ kind: 'plan', note: undefined });
});

test('a file given while another is read is planned together with it', () => {
  const { controller, step, names } = bench();
  controller.add([file('refer.pth')]);
  expect(step()).toMatchObject({ kind: 'reading', names: ['refer.pth'] });
  controller.add([file('sd.ckpt')]);
  expect(step()).toMatchObject({ kind: 'reading', names: ['refer.pth', 'sd.ckpt'] });
  expect(names().at(-1)).toEqual(['refer.pth', 'sd.ckpt']);
});

test('reading can be cancelled, and the next file is planned alone', async () => {
  const { controller, step, names } = bench();
  controller.add([{ url: 'https://host/slow.ckpt' }]);
  controller.cancel();
  expect(ended).toBeGreaterThan(0);
  expect(step()).toMatchObject({ kind: 'choose', message: undefined });
  controller.add([file('sd.ckpt')]);
  expect(names().at(-1)).toEqual(['sd.ckpt']);
  await settle();
});

test('files given during a conversion are refused with a note, and the conversion goes on', async () => {
  const { controller, step, names, errors } = bench();
  controller.add([file('depth.pth')]);
  answer(plan('new'));
  controller.start();
  controller.add([file('sd.ckpt'), file('vae.pth')]);
  const progress = { phase: 'converting', done: 40, total: 100, kept: 0, name: '' } as const;
  answer({ kind: 'progress', progress });
  expect(step()).toMatchObject({
    kind: 'work',
    progress,
    note: 'A conversion is already running: add sd.ckpt and vae.pth again when it has ended, or cancel it first.',
  });
  expect(names()).toEqual([['depth.pth']]);
  expect(errors).toEqual([]);
  await settle();
});

test('a failed conversion reports how many bytes it keeps', () => {
  const { controller, step } = bench();
  controller.add([file('depth.pth')]);
  answer(plan('half', 50));
  controller.start();
  answer({ kind: 'progress', progress: { phase: 'checking', done: 10, total: 50, kept: 10, name: '' } });
  answer({ kind: 'failed', kept: true, error: { code: 'storage', message: 'Full.' } });
  expect(step()).toMatchObject({ kind: 'failed', kept: 50 });
  controller.start();
  answer(plan('half', 50));
  answer({ kind: 'failed', kept: false, error: { code: 'bad-file', message: 'Bad.' } });
  expect(step()).toMatchObject({ kind: 'failed', kept: undefined });
});
