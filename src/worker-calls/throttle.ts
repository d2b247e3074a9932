/** Progress of some work; `total` 0 = unknown. */
export interface Step {
  readonly done: number;
  readonly total: number;
}

/** Milliseconds between reports: a download comes in thousands of chunks, a conversion writes hundreds of tensors per second. */
const INTERVAL = 100;

/**
 * Limits progress reports to one per interval. The first step, the last one and the first of another phase are always reported.
 * @param phaseOf returns the name of a step's phase
 */
export function throttled<P extends Step>(report: (step: P) => void, phaseOf: (step: P) => string): (step: P) => void {
  let last = Number.NEGATIVE_INFINITY;
  let lastPhase = '';
  return (step) => {
    const now = performance.now();
    const phase = phaseOf(step);
    if (phase === lastPhase && step.done !== step.total && now - last < INTERVAL) return;
    last = now;
    lastPhase = phase;
    report(step);
  };
}
