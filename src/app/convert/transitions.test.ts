import { describe, expect, test } from 'vitest';
import type { FromConverter, PlanReport } from '../../storage/conversion/protocol.ts';
import type { StoppedConversion } from '../../storage/conversion/store.ts';
import type { WeightScheme } from '../../weights/quantize/stored-form.ts';
import { type ConversionStep, NO_CONVERSION } from './state.ts';
import { planned, started, stepAfter, type Then } from './transitions.ts';

interface Facts {
  readonly kept?: Partial<Record<WeightScheme, number>>;
  readonly needsText?: boolean;
  readonly problem?: string;
}

const report = ({ kept = {}, ...facts }: Facts = {}): PlanReport => {
  const scheme = (weights: WeightScheme) => ({ id: `id-${weights}`, bytes: 100, kept: kept[weights] ?? 0 });
  return Object.assign(Object.create(null), {
    marks: [{ name: 'given.pth', size: 5, sha256: '' }],
    schemes: { q4: scheme('q4'), q8: scheme('q8'), f16: scheme('f16'), f32: scheme('f32') },
    ...facts,
  });
};

const stopped = (id: string): StoppedConversion => ({
  id,
  name: 'VPD depth',
  weights: 'q4',
  options: {},
  files: [{ name: 'depth.pth', size: 3, sha256: '' }],
  total: 100,
  begun: '',
  kept: 50,
  busy: false,
});

describe('a first plan', () => {
  test.each<readonly [string, Facts, Then, WeightScheme, boolean]>([
    ['is only shown', {}, {}, 'q8', false],
    ['proposes the precision of an interrupted conversion', { kept: { f16: 7 } }, {}, 'f16', false],
    ['starts at the requested precision', { kept: { f16: 7 } }, { weights: 'q4' }, 'q4', true],
    ['resumes the stopped conversion that has its id', {}, { wanted: stopped('id-q4') }, 'q4', true],
    ['does not resume a conversion of other files', {}, { wanted: stopped('other') }, 'q8', false],
    ['after another one starts too', {}, { weights: 'q4', next: true }, 'q4', true],
    ['after another one waits for a missing CLIP', { needsText: true }, { weights: 'q4', next: true }, 'q4', false],
    ['after another one waits if there is a problem', { problem: 'No.' }, { weights: 'q4', next: true }, 'q4', false],
  ])('%s', (_, facts, then, weights, starts) => {
    expect(planned(report(facts), {}, then)).toMatchObject({ step: { kind: 'plan', weights }, starts });
  });

  test('of other files than the requested ones has a note, and still expects those', () => {
    const { step } = planned(report(), {}, { wanted: stopped('other') });
    expect(step.expected).toBe('other');
    expect(step.note).toMatch(
      /^The conversion of VPD depth was started with depth\.pth of 3 bytes, but this is given\.pth/,
    );
    expect(planned(report(), {}, { wanted: stopped('id-q4') }).step).toMatchObject({ note: undefined });
  });
});

const choose = NO_CONVERSION.step;
const reading: ConversionStep = { kind: 'reading', names: ['a.pth'], offline: undefined, expected: 'half' };
const plan = planned(report(), {}, {}).step;
const work = started(report({ kept: { q4: 50 } }), 'q4');
const progress = { phase: 'converting', done: 60, total: 100, kept: 50, name: 'unet.w' } as const;
const failure = (code: 'bad-file' | 'cancelled', kept = false): Extract<FromConverter, { kind: 'failed' }> => ({
  kind: 'failed',
  kept,
  error: { code, message: 'It failed.' },
});

test.each<readonly [string, ConversionStep, Parameters<typeof stepAfter>[1], object]>([
  ['progress of a conversion', work, { kind: 'progress', progress }, { ...work, progress }],
  ['progress after a lost connection', { ...work, offline: 3 }, { kind: 'progress', progress }, { offline: undefined }],
  ['progress after the conversion has ended', choose, { kind: 'progress', progress }, choose],
  ['a connection lost at work', work, { kind: 'offline', seconds: 3 }, { ...work, offline: 3 }],
  ['a connection lost while files are read', reading, { kind: 'offline', seconds: 3 }, { ...reading, offline: 3 }],
  ['a connection lost while nothing is read', plan, { kind: 'offline', seconds: 3 }, plan],
  ['unreadable files', reading, failure('bad-file'), { kind: 'choose', message: 'It failed.', expected: 'half' }],
  ['refused options', plan, failure('bad-file'), { ...plan, wrong: 'It failed.' }],
  ['a failure that keeps what was written', work, failure('bad-file', true), { kind: 'failed', kept: 50 }],
  ['a failure that keeps more than before', { ...work, progress }, failure('bad-file', true), { kept: 60 }],
  ['a failure that keeps nothing', work, failure('bad-file'), { kind: 'failed', kept: undefined, weights: 'q4' }],
  ['a cancelled conversion', work, failure('cancelled', true), choose],
])('%s', (_, step, message, expected) => expect(stepAfter(step, message)).toMatchObject(expected));
