import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Every core: by default one is left idle, which is half of a machine with two.
  test: { include: ['src/**/*.test.ts'], testTimeout: 60_000, maxWorkers: '100%' },
});
