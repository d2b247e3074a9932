import type { FromConverter, ToConverter } from '../../storage/conversion/protocol.ts';
import { onDeath } from '../../worker-calls/watch.ts';

/** The page's end of one conversion worker. */
export interface Converter {
  send(message: ToConverter): void;
  /** Terminates the worker; what it has written stays. */
  end(): void;
}

/** Starts a worker. If it dies, `onMessage` gets a failure that keeps what was written. */
export function startConverter(onMessage: (message: FromConverter) => void): Converter {
  const worker = new Worker(new URL('../../storage/conversion/worker.ts', import.meta.url), {
    type: 'module',
    name: 'convert',
  });
  worker.addEventListener('message', ({ data }: MessageEvent<FromConverter>) => onMessage(data));
  onDeath(worker, (why) =>
    onMessage({
      kind: 'failed',
      kept: true,
      error: {
        code: 'worker-crashed',
        message: `The conversion stopped: ${why}. What was written is kept: go on, or close other pages first if memory is short.`,
      },
    }),
  );
  return {
    send: (message) => worker.postMessage(message),
    end: () => worker.terminate(),
  };
}
