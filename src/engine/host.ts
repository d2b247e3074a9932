import { createRequests, toWire } from '../worker-calls/requests.ts';
import { isFatal } from './fatal.ts';
import type { Job } from './job.ts';
import type { FromWorker, Method, Methods, Progress, Request, ToWorker } from './protocol.ts';

/** The function that the worker runs for each method. */
export type Handlers = {
  readonly [M in Method]: (params: Methods[M]['params'], job: Job) => Promise<Methods[M]['result']>;
};

type Post = (message: FromWorker, transfer: Transferable[]) => void;

/** The worker's side of the protocol: returns the function that receives messages. Every request is answered exactly once. */
export function createHost(handlers: Handlers, post: Post): (message: ToWorker) => void {
  const requests = createRequests<Request, Methods[Method]['result'], Progress>(
    (request, context) => dispatch(handlers, request, { ...context, timings: [] }),
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

function dispatch(handlers: Handlers, request: Request, job: Job): Promise<Methods[Method]['result']> {
  switch (request.method) {
    case 'open':
      return handlers.open(request.params, job);
    case 'addPhoto':
      return handlers.addPhoto(request.params, job);
    case 'forgetPhoto':
      return handlers.forgetPhoto(request.params, job);
    case 'depth':
      return handlers.depth(request.params, job);
    case 'refer':
      return handlers.refer(request.params, job);
    case 'segment':
      return handlers.segment(request.params, job);
    case 'ablate':
      return handlers.ablate(request.params, job);
    case 'ablateClasses':
      return handlers.ablateClasses(request.params, job);
    case 'rawMaps':
      return handlers.rawMaps(request.params, job);
    case 'tokenize':
      return handlers.tokenize(request.params, job);
    default:
      return request satisfies never;
  }
}
