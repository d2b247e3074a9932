import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMedia } from '../../photos/media.ts';
import { createResults } from '../../results/results.ts';
import { createAppStore } from '../../store.ts';
import { attachStage } from './painter.ts';

const NONE = expect.stringMatching(/^WebGL2, .* does not work in this browser\..*Downloads.*Chrome/);
const LOST = expect.stringMatching(/Downloads.*reload the page/);

/** True if the driver links the drawing programs. */
let links: boolean;
/** Listeners of the canvas, by event name. */
let canvasListeners: Map<string, (event: Event) => void>;
let reported: (string | undefined)[];
let end: () => void;

function attach(): void {
  const known = { getProgramParameter: () => links, isContextLost: () => false };
  const gl = new Proxy(known, { get: (own, name) => Reflect.get(own, name) ?? (() => ({})) });
  const canvas = Object.assign(Object.create(null), {
    getContext: () => gl,
    addEventListener: (name: string, listener: () => void) => canvasListeners.set(name, listener),
    removeEventListener() {},
  });
  const listeners = {
    onProblem: (sentence: string | undefined) => reported.push(sentence),
    onLayers() {},
    onError() {},
  };
  const parts = {
    store: createAppStore(),
    results: createResults(),
    media: createMedia(),
    session: { cut: () => Promise.reject(new Error('no engine')) },
  };
  end = attachStage(canvas, parts, listeners);
}
const dispatch = (name: string) => canvasListeners.get(name)?.(new Event(name));

afterEach(() => {
  end();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

beforeEach(() => {
  vi.useFakeTimers();
  canvasListeners = new Map();
  reported = [];
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('requestAnimationFrame', () => 1);
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
});

test('a driver that refuses the drawing programs is reported like missing WebGL2, at the start and after a lost context', () => {
  links = false;
  attach();
  expect(reported).toEqual([NONE]);
  links = true;
  dispatch('webglcontextrestored');
  expect(reported).toEqual([NONE, undefined]);
  links = false;
  dispatch('webglcontextrestored');
  expect(reported).toEqual([NONE, undefined, NONE]);
});

test('a lost context is reported if it is not restored soon, until it is restored', () => {
  links = true;
  attach();
  dispatch('webglcontextlost');
  vi.advanceTimersByTime(2000);
  dispatch('webglcontextrestored');
  vi.advanceTimersByTime(10_000);
  expect(reported, 'restored in time').toEqual([undefined, undefined]);

  dispatch('webglcontextlost');
  vi.advanceTimersByTime(5000);
  expect(reported).toEqual([undefined, undefined, LOST]);
  dispatch('webglcontextrestored');
  expect(reported.at(-1)).toBeUndefined();

  dispatch('webglcontextlost');
  end();
  vi.advanceTimersByTime(10_000);
  expect(reported, 'nothing is reported after the end').toHaveLength(4);
});
