import { afterEach, expect, test, vi } from 'vitest';
import { createResults } from '../results/results.ts';
import { createAppStore } from '../store.ts';
import { attachStage } from './painter.ts';

afterEach(() => vi.unstubAllGlobals());

test('a driver that refuses the drawing programs is as a browser without WebGL2, at first and after a lost context', () => {
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
  let links = false;
  const known = { getProgramParameter: () => links, isContextLost: () => false };
  const gl = new Proxy(known, { get: (own, name) => Reflect.get(own, name) ?? (() => ({})) });
  const happens = new Map<string, () => void>();
  const canvas = Object.assign(Object.create(null), {
    getContext: () => gl,
    addEventListener: (name: string, listener: () => void) => happens.set(name, listener),
    removeEventListener() {},
  });
  const told: boolean[] = [];

  const listeners = { onSupport: (supported: boolean) => told.push(supported), onLayers() {}, onError() {} };
  const end = attachStage(canvas, createAppStore(), createResults(), listeners);
  expect(told).toEqual([false]);
  links = true;
  happens.get('webglcontextrestored')?.();
  expect(told).toEqual([false, true]);
  links = false;
  happens.get('webglcontextrestored')?.();
  expect(told).toEqual([false, true, false]);
  end();
});
