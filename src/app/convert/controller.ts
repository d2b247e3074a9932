import type { ConversionOptions } from '../../convert/plan.ts';
import type { DeviceReport } from '../../engine/results.ts';
import { toVpdError, VpdError } from '../../errors.ts';
import type { FinishedConversion, FromConverter, PlanReport } from '../../storage/conversion/protocol.ts';
import type { WeightScheme } from '../../weights/quantize/stored-form.ts';
import { createPaceMeter } from '../pace.ts';
import type { SessionParts } from '../session-parts.ts';
import { deviceOf } from '../store.ts';
import { type Converter, startConverter } from './converter.ts';
import { areFilesOf, type GivenFile, nameOf, sameFile, weightFile } from './given.ts';
import { forgetHandles, keepHandles } from './handles.ts';
import { type ConversionState, type ConversionStep, NO_CONVERSION } from './state.ts';
import { createStopped } from './stopped.ts';
import { planned, started, stepAfter, type Then } from './transitions.ts';

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
  let converter: Converter | undefined;
  let given: readonly GivenFile[] = [];
  let options: ConversionOptions = {};
  /** Number of plans that the worker has not answered yet. */
  let unanswered = 0;
  /** True if the conversion starts as soon as the last of them is answered. */
  let startsWhenPlanned = false;
  /** Models made so far of the files that were given together. */
  let made: readonly FinishedConversion[] = [];
  const pace = createPaceMeter();

  const state = (): ConversionState => store.getState().conversion ?? NO_CONVERSION;
  const set = (change: Partial<ConversionState>): void => store.setState({ conversion: { ...state(), ...change } });
  const show = (step: ConversionStep): void => set({ step });
  const showChoice = (message?: string, expected?: string): void => show({ kind: 'choose', message, expected });

  const stopped = createStopped({
    state,
    set,
    showChoice,
    showError,
    given: () => given,
    continueWith(conversion, files) {
      given = files;
      options = conversion.options;
      plan({ wanted: conversion });
    },
  });

  function end(): void {
    converter?.end();
    converter = undefined;
    unanswered = 0;
    startsWhenPlanned = false;
  }

  const device = (): DeviceReport | undefined => deviceOf(store.getState());

  function requestPlan(): void {
    unanswered++;
    converter?.send({ kind: 'plan', files: given.map(weightFile), options, device: device() });
  }

  /** Requests the plan again if it was made before the device was known, so that it says whether the model fits. */
  function planForDevice(): void {
    const { step } = state();
    if (step.kind === 'plan' && unanswered === 0 && !step.report.schemes[step.weights].fit && device()) requestPlan();
  }
  store.subscribe(({ engine }, before) => {
    if (engine !== before.engine) planForDevice();
  });

  /** Starts a worker that reads the given files and plans their conversion. */
  function plan(then: Then): void {
    end();
    show({ kind: 'reading', names: given.map(nameOf), offline: undefined, expected: then.wanted?.id });
    converter = startConverter((message) => {
      if (message.kind === 'planned') onPlan(message.report, then);
      else onMessage(message);
    });
    requestPlan();
  }

  /** Continues with the files of the models that follow this one. */
  function planNext({ packs }: PlanReport, weights: WeightScheme): void {
    const later = new Set(packs.slice(1).flatMap((pack) => pack.given));
    given = given.filter((_, i) => later.has(i));
    options = {};
    plan({ weights, next: true });
  }

  function onPlan(report: PlanReport, then: Then): void {
    unanswered--;
    const { step } = state();
    // The plan for newer options is still to come.
    if (unanswered > 0) return;
    if (step.kind === 'plan') {
      show({ ...step, report, wrong: undefined });
      if (startsWhenPlanned) begin(report, step.weights);
      return;
    }
    const first = planned(report, options, then);
    show(first.step);
    if (first.starts) begin(report, first.step.weights);
    else planForDevice();
  }

  function begin(report: PlanReport, weights: WeightScheme): void {
    const files = given.filter((_, i) => report.packs[0]?.given.includes(i));
    const handles = files.flatMap((each) => ('file' in each && each.handle ? [each.handle] : []));
    if (handles.length === files.length) void keepHandles(report.schemes[weights].id, handles);
    pace.restart();
    show(started(report, weights));
    converter?.send({ kind: 'convert', weights });
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
    end();
    void forgetHandles(finished.id);
    made = [...made, finished];
    if (step.kind === 'work' && step.report.packs.length > 1) planNext(step.report, step.weights);
    else show({ kind: 'done', finished: made });
    stopped.refreshLater();
  }

  function onFailed(message: Extract<FromConverter, { kind: 'failed' }>): void {
    const { step, shown } = state();
    const { code, message: sentence, detail } = message.error;
    if (step.kind === 'plan') {
      unanswered--;
      startsWhenPlanned = false;
    } else end();
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
      if (!joins) {
        given = [];
        options = {};
        made = [];
      }
      const all = [...given.filter((old) => !files.some((file) => sameFile(old, file))), ...files];
      given = wanted && areFilesOf(wanted, files) ? files : all;
      if (wanted && areFilesOf(wanted, given)) options = wanted.options;
      stopped.refreshLater();
      plan({ wanted });
    },
    choose(next) {
      const { step } = state();
      if (step.kind !== 'plan') return;
      options = next;
      show({ ...step, options });
      requestPlan();
    },
    setWeights(weights) {
      const { step } = state();
      if (step.kind === 'plan') show({ ...step, weights });
    },
    start() {
      const { step } = state();
      if (step.kind === 'plan' && unanswered > 0) startsWhenPlanned = true;
      else if (step.kind === 'plan') begin(step.report, step.weights);
      else if (step.kind === 'failed') plan({ weights: step.weights });
    },
    skip() {
      const { step } = state();
      if (step.kind === 'failed') planNext(step.report, step.weights);
    },
    pause() {
      const { step } = state();
      if (step.kind !== 'work') return;
      converter?.send({ kind: 'pause' });
      show({ ...step, paused: true, pace: undefined });
    },
    unpause() {
      const { step } = state();
      if (step.kind !== 'work') return;
      pace.restart();
      converter?.send({ kind: 'resume' });
      show({ ...step, paused: false });
    },
    cancel() {
      const { step } = state();
      if (step.kind === 'work') converter?.send({ kind: 'cancel' });
      else {
        end();
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
      end();
      given = [];
      options = {};
      made = [];
      showChoice();
      stopped.refreshLater();
    },
  };
}
