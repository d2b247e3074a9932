/** How far some work is. */
export interface Step {
  readonly done: number;
  readonly total: number;
}

/** Milliseconds: a download comes in thousands of chunks, a conversion makes hundreds of tensors a second. */
const INTERVAL = 100;

/**
 * The first word at once, then at most one per interval, but always the last step and a change of what is being done.
 * @param what names what a step is a part of
 */
export function throttled<P extends Step>(tell: (step: P) => void, what: (step: P) => string): (step: P) => void {
  let last = Number.NEGATIVE_INFINITY;
  let told = '';
  return (step) => {
    const now = performance.now();
    const name = what(step);
    if (name === told && step.done !== step.total && now - last < INTERVAL) return;
    last = now;
    told = name;
    tell(step);
  };
}
