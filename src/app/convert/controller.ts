import type { ConversionOptions } from '../../convert/plan.ts';
import { toVpdError, VpdError } from '../../errors.ts';
import type { FinishedConversion, FromConverter, PlanReport } from '../../storage/conversion/protocol.ts';
import type { WeightScheme } from '../../weights/quantize/stored-form.ts';
import { createPaceMeter } from '../pace.ts';
import type { SessionParts } from '../session-parts.ts';
import { areFilesOf, type GivenFile, nameOf, sameFile } from './given.ts';
import { forgetHandles, keepHandles } from './handles.ts';
import { createPlanning } from './planning.ts';
import { type ConversionState, type ConversionStep, NO_CONVERSION } from './state.ts';
import { createStopped } from './stopped.ts';
import { started, stepAfter } from './transitions.ts';

/** Everything the dialog can do. */
export interface ConversionController {
  /** Opens the dialog and lists the unfinished conversions. */
  open(): Promise<void>;
  close(): void;
  /** Lists the unfinished conversions without opening the dialog. */
  listUnfinished(): Promise<void>;
  /** Plans the conversion of files, together with those of the current plan if there is one or it is being made. */
  add(files: readonly GivenFile[]): void;
  /** Plans again with other options. */
  choose(options: ConversionOptions): void;
  setWeights(weights: WeightScheme): void;
  /** Starts the planned conversion, or continues it after a failure. */
  start(): void;
  /** Gives up a failed conversion and continues with those that follow it. */
  skip(): void;
  pause(): void;
  /** Continues a paused conversion. */
  unpause(): void;
  /** Stops reading or converting, and deletes what was written. */
  cancel(): void;
  /** Continues a conversion of an earlier visit; asks for its files unless the browser still has them. */
  resume(id: string): Promise<void>;
  discard(id: string): Promise<void>;
  /** Opens a converted pack. */
  openConverted(id: string): Promise<void>;
  /** Returns to the first step, for other files. */
  reset(): void;
}

export function createConversionController(
  { store, showError }: Pick<SessionParts, 'store' | 'showError'>,
  openPack: (id: string) => Promise<boolean>,
): ConversionController {
  /** Models made so far of the files that were given together. */
  let made: readonly FinishedConversion[] = [];
  const pace = createPaceMeter();

  const state = (): ConversionState => store.getState().conversion ?? NO_CONVERSION;
  const set = (change: Partial<ConversionState>): void => store.setState({ conversion: { ...state(), ...change } });
  const show = (step: ConversionStep): void => set({ step });
  const showChoice = (message?: string, expected?: string): void => show({ kind: 'choose', message, expected });

  const planning = createPlanning({ store, state, show, begin, onMessage });
  const stopped = createStopped({
    state,
    set,
    showChoice,
    showError,
    given: planning.given,
    continueWith: (conversion, files) => planning.plan({ wanted: conversion }, files, conversion.options),
  });

  function begin(report: PlanReport, weights: WeightScheme): void {
    const files = planning.given().filter((_, i) => report.packs[0]?.given.includes(i));
    const handles = files.flatMap((each) => ('file' in each && each.handle ? [each.handle] : []));
    if (handles.length === files.length) void keepHandles(report.schemes[weights].id, handles);
    pace.restart();
    show(started(report, weights));
    planning.send({ kind: 'convert', weights });
  }

  function onMessage(message: Exclude<FromConverter, { kind: 'planned' }>): void {
    switch (message.kind) {
      case 'progress':
        onProgress(message);
        break;
      case 'offline':
        pace.restart();
        show(stepAfter(state().step, message));
        break;
      case 'done':
        onDone(message.finished);
        break;
      case 'failed':
        onFailed(message);
        break;
      default:
        message satisfies never;
    }
  }

  function onProgress(message: Extract<FromConverter, { kind: 'progress' }>): void {
    const { step } = state();
    if (step.kind !== 'work') return;
    const { phase, done, total } = message.progress;
    if (phase !== step.progress.phase) pace.restart();
    const measured =
      phase === 'converting' || phase === 'checking' ? pace.record(done, total, performance.now()) : undefined;
    show(stepAfter({ ...step, pace: measured ?? step.pace }, message));
  }

  function onDone(finished: FinishedConversion): void {
    const { step } = state();
    planning.end();
    void forgetHandles(finished.id);
    made = [...made, finished];
    if (step.kind === 'work' && step.report.packs.length > 1) planning.planNext(step.report, step.weights);
    else show({ kind: 'done', finished: made });
    stopped.refreshLater();
  }

  function onFailed(message: Extract<FromConverter, { kind: 'failed' }>): void {
    const { step, shown } = state();
    const { code, message: sentence, detail } = message.error;
    if (step.kind === 'plan') planning.refused();
    else planning.end();
    show(stepAfter(step, message));
    if (step.kind === 'work' && code === 'cancelled') void forgetHandles(step.report.schemes[step.weights].id);
    else if (step.kind === 'work' && !shown) showError(new VpdError(code, sentence, { cause: detail }));
    stopped.refreshLater();
  }

  return {
    async open() {
      set({ shown: true });
      try {
        await stopped.refresh();
      } catch (thrown) {
        if (state().step.kind === 'choose') showChoice(toVpdError(thrown).message);
      }
    },
    close: () => set({ shown: false }),
    listUnfinished: stopped.refresh,
    add(files) {
      const { step } = state();
      set({ shown: true });
      if (step.kind === 'work') {
        const names = files.map(nameOf).join(' and ');
        show({
          ...step,
          note: `A conversion is already running: add ${names} again when it has ended, or cancel it first.`,
        });
        return;
      }
      const wanted = 'expected' in step ? stopped.find(step.expected) : undefined;
      const joins = step.kind === 'plan' || step.kind === 'reading';
      if (!joins) made = [];
      const earlier = joins ? planning.given() : [];
      const all = [...earlier.filter((old) => !files.some((file) => sameFile(old, file))), ...files];
      const given = wanted && areFilesOf(wanted, files) ? files : all;
      const earlierOptions = joins ? planning.options() : {};
      stopped.refreshLater();
      planning.plan({ wanted }, given, wanted && areFilesOf(wanted, given) ? wanted.options : earlierOptions);
    },
    choose(next) {
      const { step } = state();
      if (step.kind !== 'plan') return;
      show({ ...step, options: next });
      planning.choose(next);
    },
    setWeights(weights) {
      const { step } = state();
      if (step.kind === 'plan') show({ ...step, weights });
    },
    start() {
      const { step } = state();
      if (step.kind === 'failed') planning.plan({ weights: step.weights });
      else if (step.kind === 'plan' && !planning.startWhenPlanned()) begin(step.report, step.weights);
    },
    skip() {
      const { step } = state();
      if (step.kind === 'failed') planning.planNext(step.report, step.weights);
    },
    pause() {
      const { step } = state();
      if (step.kind !== 'work') return;
      planning.send({ kind: 'pause' });
      show({ ...step, paused: true, pace: undefined });
    },
    unpause() {
      const { step } = state();
      if (step.kind !== 'work') return;
      pace.restart();
      planning.send({ kind: 'resume' });
      show({ ...step, paused: false });
    },
    cancel() {
      const { step } = state();
      if (step.kind === 'work') planning.send({ kind: 'cancel' });
      else {
        planning.end();
        showChoice();
      }
    },
    resume: stopped.resume,
    discard: stopped.discard,
    async openConverted(id) {
      set({ shown: false });
      if (await openPack(id)) showChoice();
    },
    reset() {
      planning.forget();
      made = [];
      showChoice();
      stopped.refreshLater();
    },
  };
}
