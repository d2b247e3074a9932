/** What we use of a Worker; a test gives its own. */
export interface WorkerLike {
  postMessage(message: object, transfer: Transferable[]): void;
  addEventListener(type: 'message' | 'error' | 'messageerror', listener: (event: Event) => void): void;
  terminate(): void;
}

/**
 * Hears of a worker that threw, could not be loaded, or sent what cannot be read, and ends it: what was asked of it gets no answer.
 * @param tell told once, with the reason as the end of a sentence
 */
export function onDeath(worker: Omit<WorkerLike, 'postMessage'>, tell: (why: string) => void): void {
  let heard = false;
  let dead = false;
  function die(why: string): void {
    if (dead) return;
    dead = true;
    worker.terminate();
    tell(why);
  }
  worker.addEventListener('message', () => {
    heard = true;
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    const said = 'message' in event && typeof event.message === 'string' ? event.message : '';
    die(said || (heard ? 'the browser does not say why' : 'its code could not be loaded'));
  });
  worker.addEventListener('messageerror', () => die('a message of it could not be read'));
}
