import type { ConversionOptions } from '../../convert/plan.ts';
import type { FromConverter, PlanReport } from '../../storage/conversion/protocol.ts';
import type { StoppedConversion } from '../../storage/conversion/store.ts';
import { WEIGHT_SCHEMES, type WeightScheme } from '../../weights/quantize/stored-form.ts';
import { otherFilesNote } from './given.ts';
import { type ConversionStep, writtenBytes } from './state.ts';

type Step<K extends ConversionStep['kind']> = Extract<ConversionStep, { kind: K }>;

/** What to do with a plan when it is ready. Without `weights` or a matching `wanted`, it is only shown. */
export interface Then {
  /** Convert at once to this precision. */
  readonly weights?: WeightScheme;
  /** The plan follows another conversion: it is only shown if something is missing. */
  readonly next?: boolean;
  /** Stopped conversion to resume, if the files are its files. */
  readonly wanted?: StoppedConversion | undefined;
}

/** Small enough for most GPUs, and the difference from the original cannot be seen. */
const DEFAULT_WEIGHTS: WeightScheme = 'q8';

/** Returns the step that shows the first plan of some files, and whether the conversion starts at once. */
export function planned(
  report: PlanReport,
  options: ConversionOptions,
  { weights, next = false, wanted }: Then,
): { readonly step: Step<'plan'>; readonly starts: boolean } {
  const { schemes } = report;
  const resumed = wanted && schemes[wanted.weights].id === wanted.id ? wanted.weights : undefined;
  const other = resumed === undefined ? wanted : undefined;
  const demanded = weights ?? resumed;
  const incomplete = report.problem !== undefined || report.needsText;
  return {
    step: {
      kind: 'plan',
      report,
      options,
      weights: demanded ?? WEIGHT_SCHEMES.find((scheme) => schemes[scheme].kept > 0) ?? DEFAULT_WEIGHTS,
      wrong: undefined,
      note: other && otherFilesNote(other, report),
      expected: other?.id,
    },
    starts: demanded !== undefined && !(next && incomplete),
  };
}

/** Returns the first step of a conversion. */
export const started = (report: PlanReport, weights: WeightScheme): Step<'work'> => ({
  kind: 'work',
  report,
  weights,
  progress: { phase: 'converting', done: 0, total: report.schemes[weights].bytes, kept: 0, name: '' },
  pace: undefined,
  paused: false,
  offline: undefined,
  note: undefined,
});

/** Returns the step after a message of the worker; the same step if the message does not concern it. */
export function stepAfter(
  step: ConversionStep,
  message: Extract<FromConverter, { kind: 'progress' | 'offline' | 'failed' }>,
): ConversionStep {
  switch (message.kind) {
    case 'progress':
      return step.kind === 'work' ? { ...step, progress: message.progress, offline: undefined } : step;
    case 'offline':
      return step.kind === 'work' || step.kind === 'reading' ? { ...step, offline: message.seconds } : step;
    case 'failed':
      return failed(step, message);
  }
}

function failed(step: ConversionStep, { error, kept }: Extract<FromConverter, { kind: 'failed' }>): ConversionStep {
  // The plan stays: only its new options were refused.
  if (step.kind === 'plan') return { ...step, wrong: error.message };
  if (step.kind !== 'work')
    return { kind: 'choose', message: error.message, expected: step.kind === 'reading' ? step.expected : undefined };
  if (error.code === 'cancelled') return { kind: 'choose', message: undefined, expected: undefined };
  const { report, weights } = step;
  return { kind: 'failed', report, weights, message: error.message, kept: kept ? writtenBytes(step) : undefined };
}
