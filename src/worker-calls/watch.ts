/** The part of a Worker that is used; tests replace it. */
export interface WorkerLike {
  postMessage(message: object, transfer: Transferable[]): void;
  addEventListener(type: 'message' | 'error' | 'messageerror', listener: (event: Event) => void): void;
  terminate(): void;
}

/**
 * Watches a worker: if it throws, cannot be loaded, or sends an unreadable message, it is terminated and can answer no more.
 * @param onDead called once, with the reason as the end of a sentence
 */
export function onDeath(worker: Omit<WorkerLike, 'postMessage'>, onDead: (why: string) => void): void {
  let hasAnswered = false;
  let dead = false;
  function die(why: string): void {
    if (dead) return;
    dead = true;
    worker.terminate();
    onDead(why);
  }
  worker.addEventListener('message', () => {
    hasAnswered = true;
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    const message = 'message' in event && typeof event.message === 'string' ? event.message : '';
    die(message || (hasAnswered ? 'the browser does not say why' : 'its code could not be loaded'));
  });
  worker.addEventListener('messageerror', () => die('one of its messages could not be read'));
}
