/** Tasks of the page's main thread, read from a trace of the browser. */

interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds: start, duration, and CPU time. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: {
    readonly name?: string;
    readonly data?: { readonly functionName?: string; readonly type?: string };
  };
}

export interface Task {
  /** Milliseconds: start since the beginning of the trace, duration, and CPU time. */
  readonly start: number;
  readonly wall: number;
  readonly cpu: number;
  /** Its longest parts. */
  readonly parts: readonly string[];
}

/** Categories that the functions below read. */
export const CATEGORIES = ['toplevel', 'devtools.timeline', 'blink.user_timing', 'v8'] as const;

const MS = 1000;
/** Number of a task's parts that are named. */
const NAMED = 2;

interface Trace {
  readonly tasks: readonly Task[];
  /** Start of each mark of the page, by name. */
  readonly marks: ReadonlyMap<string, number>;
}

/** Reads a trace; marks begin with `prefix`. */
export function readTrace(json: string, prefix: string): Trace {
  const { traceEvents }: { traceEvents: readonly TraceEvent[] } = JSON.parse(json);
  const marked = traceEvents.filter(({ cat, name }) => cat.includes('blink.user_timing') && name.startsWith(prefix));
  // The marks were made on the page's main thread.
  const [first] = marked;
  if (!first) throw new Error('The trace holds no mark of the page.');
  const own = traceEvents.filter(({ pid, tid, ph }) => pid === first.pid && tid === first.tid && ph === 'X');
  const tasks = own.filter(({ name }) => name === 'RunTask' || name === 'ThreadControllerImpl::RunTask');
  const inner = own.filter(({ name }) => !name.endsWith('RunTask')).sort((a, b) => (b.dur ?? 0) - (a.dur ?? 0));
  return {
    tasks: tasks.map((task) => ({
      start: task.ts / MS,
      wall: (task.dur ?? 0) / MS,
      cpu: (task.tdur ?? task.dur ?? 0) / MS,
      parts: (task.dur ?? 0) > 20 * MS ? partsOf(task, inner) : [],
    })),
    marks: new Map(marked.map(({ name, ts }) => [name.slice(prefix.length), ts / MS])),
  };
}

function partsOf(task: TraceEvent, inner: readonly TraceEvent[]): readonly string[] {
  const end = task.ts + (task.dur ?? 0);
  return inner
    .filter(({ ts, dur = 0 }) => ts >= task.ts && ts + dur <= end)
    .slice(0, NAMED)
    .map(({ name, dur = 0, args }) => {
      const what = args?.data?.functionName || args?.data?.type;
      return `${name}${what ? ` ${what}` : ''} ${Math.round(dur / MS)} ms`;
    });
}
