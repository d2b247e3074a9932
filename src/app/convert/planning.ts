import type { ConversionOptions } from '../../convert/plan.ts';
import type { DeviceReport } from '../../engine/results.ts';
import type { FromConverter, PlanReport, ToConverter } from '../../storage/conversion/protocol.ts';
import type { WeightScheme } from '../../weights/quantize/stored-form.ts';
import type { SessionParts } from '../session-parts.ts';
import { deviceOf } from '../store.ts';
import { type Converter, startConverter } from './converter.ts';
import { type GivenFile, nameOf, weightFile } from './given.ts';
import type { ConversionState, ConversionStep } from './state.ts';
import { planned, type Then } from './transitions.ts';

/** The files that were given, their options, and the worker that reads, plans and converts them. */
export interface Planning {
  given(): readonly GivenFile[];
  options(): ConversionOptions;
  /** Starts a worker that reads files and plans their conversion; the files and options are the last ones unless others are given. */
  plan(then: Then, files?: readonly GivenFile[], options?: ConversionOptions): void;
  /** Continues with the files of the models that follow this one. */
  planNext(report: PlanReport, weights: WeightScheme): void;
  /** Plans again with other options, by the same worker. */
  choose(options: ConversionOptions): void;
  /** Converts as soon as the last plan is there. Returns false if it is there already. */
  startWhenPlanned(): boolean;
  /** To be called when the worker refuses the options of a plan. */
  refused(): void;
  send(message: Exclude<ToConverter, { kind: 'plan' }>): void;
  /** Ends the worker; the files and options stay. */
  end(): void;
  /** Ends the worker and forgets the files and options. */
  forget(): void;
}

interface Parts extends Pick<SessionParts, 'store'> {
  state(): ConversionState;
  show(step: ConversionStep): void;
  /** Starts the conversion of the first pack of a plan. */
  begin(report: PlanReport, weights: WeightScheme): void;
  /** Takes all that the worker says besides plans. */
  onMessage(message: Exclude<FromConverter, { kind: 'planned' }>): void;
}

export function createPlanning({ store, state, show, begin, onMessage }: Parts): Planning {
  let converter: Converter | undefined;
  let given: readonly GivenFile[] = [];
  let options: ConversionOptions = {};
  /** Number of plans that the worker has not answered yet. */
  let unanswered = 0;
  /** True if the conversion starts as soon as the last of them is answered. */
  let starts = false;

  const device = (): DeviceReport | undefined => deviceOf(store.getState());

  function end(): void {
    converter?.end();
    converter = undefined;
    unanswered = 0;
    starts = false;
  }

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

  function plan(then: Then, files = given, chosen = options): void {
    end();
    given = files;
    options = chosen;
    show({ kind: 'reading', names: given.map(nameOf), offline: undefined, expected: then.wanted?.id });
    converter = startConverter((message) => {
      if (message.kind === 'planned') onPlan(message.report, then);
      else onMessage(message);
    });
    requestPlan();
  }

  function onPlan(report: PlanReport, then: Then): void {
    unanswered--;
    const { step } = state();
    // The plan for newer options is still to come.
    if (unanswered > 0) return;
    if (step.kind === 'plan') {
      show({ ...step, report, wrong: undefined });
      if (starts) begin(report, step.weights);
      return;
    }
    const first = planned(report, options, then);
    show(first.step);
    if (first.starts) begin(report, first.step.weights);
    else planForDevice();
  }

  return {
    given: () => given,
    options: () => options,
    plan,
    planNext({ packs }, weights) {
      const later = new Set(packs.slice(1).flatMap((pack) => pack.given));
      plan(
        { weights, next: true },
        given.filter((_, i) => later.has(i)),
        {},
      );
    },
    choose(next) {
      options = next;
      requestPlan();
    },
    startWhenPlanned() {
      starts = unanswered > 0;
      return starts;
    },
    refused() {
      unanswered--;
      starts = false;
    },
    send: (message) => converter?.send(message),
    end,
    forget() {
      end();
      given = [];
      options = {};
    },
  };
}
