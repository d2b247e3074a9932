/** How fast work goes and how long it will take. */
export interface Pace {
  readonly bytesPerSecond: number;
  readonly secondsLeft: number;
}

/** Tensors differ in size a thousandfold: the rate of the last seconds is steadier than that of the last tensor. */
const WINDOW_MS = 8_000;
/** Before this much time the rate says nothing. */
const LEAST_MS = 700;

interface PaceMeter {
  /** Told how much is done, at a time in milliseconds; undefined until the rate means something. */
  at(done: number, total: number, now: number): Pace | undefined;
  /** Time that passes now is nobody's fault. */
  pause(): void;
}

export function createPaceMeter(): PaceMeter {
  let samples: { readonly done: number; readonly now: number }[] = [];
  return {
    at(done, total, now) {
      samples.push({ done, now });
      while (samples.length > 2 && now - (samples[1]?.now ?? now) > WINDOW_MS) samples.shift();
      const [first] = samples;
      const ms = now - (first?.now ?? now);
      const bytes = done - (first?.done ?? done);
      if (ms < LEAST_MS || bytes <= 0) return undefined;
      const bytesPerSecond = (1000 * bytes) / ms;
      return { bytesPerSecond, secondsLeft: Math.max(0, total - done) / bytesPerSecond };
    },
    pause() {
      samples = [];
    },
  };
}
