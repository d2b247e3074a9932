import type { WeightScheme } from '../../weights/quantize/stored-form.ts';
import { toWire } from '../../worker-calls/requests.ts';
import { throttled } from '../../worker-calls/throttle.ts';
import { type PreparedConversion, prepareConversion } from './plan.ts';
import type { FromConverter, ToConverter } from './protocol.ts';
import { isWorthKeeping, runConversion } from './run.ts';

declare const self: DedicatedWorkerGlobalScope;

const post = (message: FromConverter): void => self.postMessage(message);

const stop = new AbortController();
let prepared: PreparedConversion | undefined;
/** The current pause: `over` resolves when it ends. */
let paused: { readonly over: Promise<void>; end(): void } | undefined;

function pause(): void {
  if (paused) return;
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  paused = { over, end };
}

function resume(): void {
  paused?.end();
  paused = undefined;
}

async function convert(weights: WeightScheme): Promise<void> {
  if (!prepared) return;
  const finished = await runConversion(prepared, weights, {
    signal: stop.signal,
    onProgress: throttled(
      (progress) => post({ kind: 'progress', progress }),
      ({ phase }) => phase,
    ),
    pause: async () => paused?.over,
  });
  post({ kind: 'done', finished });
}

async function receive(message: ToConverter): Promise<void> {
  switch (message.kind) {
    case 'plan':
      prepared = await prepareConversion(message.files, message.options, {
        device: message.device,
        signal: stop.signal,
        onPause: (ms) => post({ kind: 'offline', seconds: Math.ceil(ms / 1000) }),
      });
      post({ kind: 'planned', report: prepared.report });
      break;
    case 'convert':
      await convert(message.weights);
      break;
    case 'pause':
      pause();
      break;
    case 'resume':
      resume();
      break;
    case 'cancel':
      stop.abort();
      resume();
      break;
    default:
      message satisfies never;
  }
}

/** The last plan in progress: plans are computed one after the other, in the order of the requests. */
let planning: Promise<unknown> = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<ToConverter>) => {
  const work = data.kind === 'plan' ? planning.then(() => receive(data)) : receive(data);
  if (data.kind === 'plan') planning = work.catch(() => undefined);
  work.catch((thrown: unknown) => post({ kind: 'failed', error: toWire(thrown), kept: isWorthKeeping(thrown) }));
});
