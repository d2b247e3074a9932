/** Maps of method → params and result, from which a worker and its page derive their messages. */

type MethodMap<T> = { readonly [K in keyof T]: { params: unknown; result: unknown } };

/** A request for one of the methods `M`. */
export type RequestFor<T extends MethodMap<T>, M extends keyof T = keyof T> = {
  [K in M]: {
    readonly kind: 'request';
    readonly id: number;
    readonly method: K;
    readonly params: T[K]['params'];
  };
}[M];

/** The function that a worker runs for each method; `job` is what it knows about the request. */
export type HandlersFor<T extends MethodMap<T>, Job> = {
  readonly [K in keyof T]: (params: T[K]['params'], job: Job) => Promise<T[K]['result']>;
};

/** Runs the function of a request's method. */
export const dispatch = <T extends MethodMap<T>, Job, M extends keyof T>(
  handlers: HandlersFor<T, Job>,
  request: RequestFor<T, M>,
  job: Job,
): Promise<T[M]['result']> => handlers[request.method](request.params, job);
