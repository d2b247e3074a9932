/** Speed of work, and the time left. */
export interface Pace {
  readonly bytesPerSecond: number;
  readonly secondsLeft: number;
}

/** Time over which the rate is averaged. Tensors differ in size a thousandfold, so the rate of a single one is not steady. */
const WINDOW_MS = 8_000;
/** Minimum time after which the rate is meaningful. */
const LEAST_MS = 700;

interface PaceMeter {
  /** Records the bytes done at a time `now` in ms; returns the pace, or undefined until it is meaningful. */
  record(done: number, total: number, now: number): Pace | undefined;
  /** Starts again, so that the time until the next record does not count. */
  restart(): void;
}

export function createPaceMeter(): PaceMeter {
  let samples: { readonly done: number; readonly now: number }[] = [];
  return {
    record(done, total, now) {
      samples.push({ done, now });
      while (samples.length > 2 && now - (samples[1]?.now ?? now) > WINDOW_MS) samples.shift();
      const [first] = samples;
      const ms = now - (first?.now ?? now);
      const bytes = done - (first?.done ?? done);
      if (ms < LEAST_MS || bytes <= 0) return undefined;
      const bytesPerSecond = (1000 * bytes) / ms;
      return { bytesPerSecond, secondsLeft: Math.max(0, total - done) / bytesPerSecond };
    },
    restart() {
      samples = [];
    },
  };
}
