import type { ConversionOptions } from '../../convert/plan.ts';
import type { DeviceReport } from '../../engine/protocol.ts';
import { toVpdError, VpdError } from '../../errors.ts';
import type { FinishedConversion, FromConverter, PlanReport } from '../../storage/conversion/protocol.ts';
import type { StoppedConversion } from '../../storage/conversion/store.ts';
import type { WeightScheme } from '../../weights/stored-form.ts';
import { createPaceMeter } from '../pace.ts';
import type { SessionParts } from '../session-parts.ts';
import { deviceOf } from '../store.ts';
import { type Converter, startConverter } from './converter.ts';
import { areFilesOf, type GivenFile, nameOf, otherFiles, sameFile, weightFile } from './given.ts';
import { forgetHandles, keepHandles } from './handles.ts';
import { type ConversionState, type ConversionStep, NO_CONVERSION, writtenBytes } from './state.ts';
import { createStopped } from './stopped.ts';

/** Everything the dialog can do. */
export interface ConversionController {
  /** Opens the dialog, with what there is to go on with. */
  open(): Promise<void>;
  close(): void;
  /** Lists what an earlier visit left, without opening anything. */
  look(): Promise<void>;
  /** Plans the conversion of files; beside a plan on show, or on its way, of its files and these together. */
  add(files: readonly GivenFile[]): void;
  /** Plans again with other options. */
  choose(options: ConversionOptions): void;
  setWeights(weights: WeightScheme): void;
  /** Begins the conversion on show, or goes on with it after it failed. */
  start(): void;
  /** Leaves a conversion that failed, for those that were to follow it. */
  skip(): void;
  pause(): void;
  goOn(): void;
  /** Stops and leaves nothing behind. */
  cancel(): void;
  /** Goes on with a conversion of an earlier visit, with its files if the browser still has them, else asks for them. */
  resume(id: string): Promise<void>;
  discard(id: string): Promise<void>;
  /** Opens the pack that was made. */
  load(id: string): Promise<void>;
  /** Back to the beginning, for other files. */
  reset(): void;
}

/** What becomes of a plan once it is there: it is shown, and with weights, or if it is the one wanted, carried out. */
interface Then {
  readonly weights?: WeightScheme;
  /** It follows on another, and waits where something is missing. */
  readonly next?: boolean;
  /** The conversion of an earlier visit that the files are hoped to belong to. */
  readonly wanted?: StoppedConversion | undefined;
}

/** Small enough for most GPUs, and so close to the original that the difference cannot be seen. */
const DEFAULT_WEIGHTS: WeightScheme = 'q8';

export function createConversionController(
  { store, tell }: Pick<SessionParts, 'store' | 'tell'>,
  openPack: (id: string) => Promise<boolean>,
): ConversionController {
  let converter: Converter | undefined;
  let given: readonly GivenFile[] = [];
  let options: ConversionOptions = {};
  /** Plans that the worker has not answered, and whether the last of them is to be carried out at once. */
  let asked = 0;
  let startThen = false;
  /** Models that came of the files that were given together. */
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
    tell,
    given: () => given,
    goOn(conversion, files) {
      given = files;
      options = conversion.options;
      plan({ wanted: conversion });
    },
  });

  function end(): void {
    converter?.end();
    converter = undefined;
    asked = 0;
    startThen = false;
  }

  const device = (): DeviceReport | undefined => deviceOf(store.getState());

  function ask(): void {
    asked++;
    converter?.tell({ kind: 'plan', files: given.map(weightFile), options, device: device() });
  }

  /** A plan that was made before the engine had told what it runs on is made again. */
  function askForDevice(): void {
    const { step } = state();
    if (step.kind === 'plan' && asked === 0 && !step.report.schemes[step.weights].fit && device()) ask();
  }
  store.subscribe(({ engine }, before) => {
    if (engine !== before.engine) askForDevice();
  });

  function fail(thrown: unknown): void {
    const { step } = state();
    end();
    showChoice(toVpdError(thrown).message, step.kind === 'reading' ? step.expected : undefined);
  }

  /** Reads what the files are. */
  function plan(then: Then): void {
    end();
    show({ kind: 'reading', names: given.map(nameOf), offline: undefined, expected: then.wanted?.id });
    converter = startConverter((message) => {
      if (message.kind === 'planned') planned(message.report, then);
      else onMessage(message);
    });
    ask();
  }

  /** Goes on with the files that become other models than this one. */
  function planNext({ packs }: PlanReport, weights: WeightScheme): void {
    const later = new Set(packs.slice(1).flatMap((pack) => pack.given));
    given = given.filter((_, i) => later.has(i));
    options = {};
    plan({ weights, next: true });
  }

  function planned(found: PlanReport, { weights, next = false, wanted }: Then): void {
    asked--;
    const { step } = state();
    // Other options have been asked for since.
    if (asked > 0) return;
    if (step.kind === 'plan') {
      show({ ...step, report: found, wrong: undefined });
      if (startThen) begin(found, step.weights);
      return;
    }
    const again = wanted && found.schemes[wanted.weights].id === wanted.id ? wanted : undefined;
    const begun = Object.entries(found.schemes).find(([, { kept }]) => kept > 0)?.[0];
    const chosen = weights ?? again?.weights ?? schemeOf(begun) ?? DEFAULT_WEIGHTS;
    const other = again ? undefined : wanted;
    show({
      kind: 'plan',
      report: found,
      options,
      weights: chosen,
      wrong: undefined,
      note: other && otherFiles(other, found),
      expected: other?.id,
    });
    const asks = found.problem !== undefined || found.needsText;
    if ((weights ?? again) && !(next && asks)) begin(found, chosen);
    else askForDevice();
  }

  function begin(found: PlanReport, weights: WeightScheme): void {
    const { id, bytes } = found.schemes[weights];
    const files = given.filter((_, i) => found.packs[0]?.given.includes(i));
    const handles = files.flatMap((each) => ('file' in each && each.handle ? [each.handle] : []));
    if (handles.length === files.length) void keepHandles(id, handles);
    pace.pause();
    show({
      kind: 'work',
      report: found,
      weights,
      progress: { phase: 'converting', done: 0, total: bytes, kept: 0, name: '' },
      pace: undefined,
      paused: false,
      offline: undefined,
      note: undefined,
    });
    converter?.tell({ kind: 'convert', weights });
  }

  function onMessage(message: Exclude<FromConverter, { kind: 'planned' }>): void {
    const { step, shown } = state();
    switch (message.kind) {
      case 'progress': {
        if (step.kind !== 'work') break;
        const { phase, done, total } = message.progress;
        if (phase !== step.progress.phase) pace.pause();
        const measured =
          phase === 'converting' || phase === 'checking' ? pace.at(done, total, performance.now()) : undefined;
        show({ ...step, progress: message.progress, pace: measured ?? step.pace, offline: undefined });
        break;
      }
      case 'offline':
        if (step.kind !== 'work' && step.kind !== 'reading') break;
        pace.pause();
        show({ ...step, offline: message.seconds });
        break;
      case 'done':
        end();
        void forgetHandles(message.finished.id);
        made = [...made, message.finished];
        if (step.kind === 'work' && step.report.packs.length > 1) planNext(step.report, step.weights);
        else show({ kind: 'done', finished: made });
        stopped.refreshLater();
        break;
      case 'failed': {
        const { error, kept } = message;
        if (step.kind === 'plan') {
          asked--;
          startThen = false;
          show({ ...step, wrong: error.message });
        } else if (step.kind !== 'work') fail(new VpdError(error.code, error.message));
        else if (error.code === 'cancelled') {
          end();
          void forgetHandles(step.report.schemes[step.weights].id);
          showChoice();
        } else {
          end();
          show({
            kind: 'failed',
            report: step.report,
            weights: step.weights,
            message: error.message,
            kept: kept ? writtenBytes(step) : undefined,
          });
          if (!shown) tell(new VpdError(error.code, error.message, { cause: error.detail }));
        }
        stopped.refreshLater();
        break;
      }
      default:
        message satisfies never;
    }
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
    look: stopped.refresh,
    add(files) {
      const { step } = state();
      set({ shown: true });
      if (step.kind === 'work') {
        const names = files.map(nameOf).join(' and ');
        show({
          ...step,
          note: `A conversion is under way here: give ${names} again when it has ended, or cancel it first.`,
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
      ask();
    },
    setWeights(weights) {
      const { step } = state();
      if (step.kind === 'plan') show({ ...step, weights });
    },
    start() {
      const { step } = state();
      if (step.kind === 'plan' && asked > 0) startThen = true;
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
      converter?.tell({ kind: 'pause' });
      show({ ...step, paused: true, pace: undefined });
    },
    goOn() {
      const { step } = state();
      if (step.kind !== 'work') return;
      pace.pause();
      converter?.tell({ kind: 'resume' });
      show({ ...step, paused: false });
    },
    cancel() {
      const { step } = state();
      if (step.kind === 'work') converter?.tell({ kind: 'cancel' });
      else {
        end();
        showChoice();
      }
    },
    resume: stopped.resume,
    discard: stopped.discard,
    async load(id) {
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

function schemeOf(name: string | undefined): WeightScheme | undefined {
  return name === 'q4' || name === 'q8' || name === 'f16' || name === 'f32' ? name : undefined;
}
