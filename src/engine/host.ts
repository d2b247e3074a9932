import { dispatch, type HandlersFor } from '../worker-calls/methods.ts';
import { createRequests, toWire } from '../worker-calls/requests.ts';
import { isFatal } from './fatal.ts';
import type { Job } from './job.ts';
import type { FromWorker, Method, Methods, Progress, Request, ToWorker } from './protocol.ts';

/** The function that the worker runs for each method. */
export type Handlers = HandlersFor<Methods, Job>;

type Post = (message: FromWorker, transfer: Transferable[]) => void;

/** The worker's side of the protocol: returns the function that receives messages. Every request is answered exactly once. */
export function createHost(handlers: Handlers, post: Post): (message: ToWorker) => void {
  const requests = createRequests<Request, Methods[Method]['result'], Progress>(
    (request, context) => dispatch<Methods, Job, Method>(handlers, request, { ...context, timings: [] }),
    post,
    (thrown) => {
      if (isFatal(thrown)) post({ kind: 'lost', error: toWire(thrown) }, []);
    },
  );
  return (message) => {
    switch (message.kind) {
      case 'ping':
        post({ kind: 'pong', id: message.id }, []);
        break;
      case 'cancel':
        requests.cancel(message.id);
        break;
      case 'request':
        requests.start(message);
        break;
      default:
        message satisfies never;
    }
  };
}
