import { cancelled } from '../errors.ts';

/** One connection, aborted by the signal or when the server sends nothing for too long. Time between two reads does not count. */
export interface Attempt {
  fetch(url: string, init: Omit<RequestInit, 'signal'>): Promise<Response>;
  read<T>(reader: { read(): Promise<T> }): Promise<T>;
  /** Closes the connection if it is still open. */
  end(): void;
}

/** @param stall longest time without a response or a chunk, in ms */
export function createAttempt(stall: number, signal: AbortSignal | undefined): Attempt {
  const stop = new AbortController();
  const abort = () => stop.abort();
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();

  async function watched<T>(work: Promise<T>): Promise<T> {
    const timer = setTimeout(abort, stall);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    fetch: (url, init) => watched(fetch(url, { ...init, signal: stop.signal })),
    read: (reader) => watched(reader.read()),
    end() {
      signal?.removeEventListener('abort', abort);
      abort();
    },
  };
}

/** Resolves after `ms` milliseconds; rejects as soon as the signal is aborted. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(cancelled());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
