import { expect, test } from 'vitest';
import { createDemands } from './demands.ts';

test('a loss takes graph capture away, further ones before a pack is open half precision and the GPU', () => {
  const demands = createDemands({});
  expect(demands.options()).toEqual({});
  expect(demands.lost('device-lost', { starting: true })).toBe('');
  expect(demands.options()).toEqual({ capture: 'off' });
  expect(demands.lost('worker-crashed', { starting: true })).toBe(' The next start computes in single precision.');
  expect(demands.lost('worker-crashed', { starting: true })).toMatch(/^ The next start computes on WebAssembly/);
  expect(demands.options()).toEqual({ capture: 'off', float: 'f32', force: 'wasm' });
  expect(demands.lost('worker-crashed', { starting: true })).toBe('');
});

test('losses at work and of the connection do not count, and an opened pack starts the count again', () => {
  const demands = createDemands({ force: 'webgpu', capture: 'on' });
  demands.lost('network', { starting: true });
  expect(demands.options()).toEqual({ force: 'webgpu', capture: 'on' });
  for (let i = 0; i < 3; i++) demands.lost('device-lost', { starting: false });
  expect(demands.options()).toEqual({ force: 'webgpu', capture: 'off' });
  demands.lost('device-lost', { starting: true });
  demands.opened();
  demands.lost('device-lost', { starting: true });
  expect(demands.options().float).toBeUndefined();
  demands.lost('device-lost', { starting: true });
  demands.lost('device-lost', { starting: true });
  expect(demands.options(), 'a GPU that was asked for is not given up').toMatchObject({
    force: 'webgpu',
    float: 'f32',
  });
});

test('another engine starts without graph capture too, but a loss of its own does not make the first one slower', () => {
  const demands = createDemands({ force: 'webgpu' });
  const other = demands.another();
  for (let i = 0; i < 3; i++) other.lost('device-lost', { starting: true });
  expect(other.options()).toEqual({ force: 'webgpu', float: 'f32', capture: 'off' });
  expect(demands.options()).toEqual({ force: 'webgpu', capture: 'off' });
  expect(other.another().options()).toEqual({ force: 'webgpu', capture: 'off' });
});
