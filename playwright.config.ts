import { defineConfig } from '@playwright/test';
import { testLaunchOptions } from './e2e/chromium.ts';
import type { Backend } from './e2e/test.ts';

/** Another port than that of `npm start`, so that tests can run while a page is open; `$PORT` for several runs at the same time. */
const PORT = Number(process.env.PORT ?? 4178);

const CONVERSION = 'convert*.spec.ts';

export default defineConfig<{ backend: Backend }>({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Software WebGPU computes about 1 GFLOP/s, and the machine may be shared.
  timeout: 240_000,
  expect: { timeout: 20_000 },
  // While pages load or wait, another computes: with two, a machine of two cores is idle for a fifth of the time.
  workers: 3,
  // Otherwise one worker would be idle during the last file.
  fullyParallel: true,
  reporter: [['list']],
  forbidOnly: Boolean(process.env.CI),
  use: {
    baseURL: `http://localhost:${PORT}/`,
    viewport: { width: 1100, height: 680 },
    launchOptions: testLaunchOptions(),
    // Traces would make the tests take half as long again; `npx playwright test --trace on FILE` makes one.
    screenshot: 'only-on-failure',
    // With a service worker every test would fetch the whole page twice, and could not intercept its requests; offline.spec.ts allows them.
    serviceWorkers: 'block',
  },
  // The longest first, except those that need the whole machine.
  projects: [
    { name: 'conversion', use: { backend: 'wasm' }, testMatch: CONVERSION },
    { name: 'wasm', use: { backend: 'wasm' }, testIgnore: ['capture.spec.ts', CONVERSION] },
    // Tests that depend on the device; the rest of the page is the same on both backends. They come last and one at a time, because software
    // WebGPU uses all cores.
    {
      name: 'webgpu',
      use: { backend: 'webgpu' },
      testMatch: ['results.spec.ts', 'capture.spec.ts'],
      workers: 1,
      dependencies: ['conversion', 'wasm'],
    },
  ],
  webServer: {
    command: `npx vite preview --port ${PORT} --strictPort`,
    url: `http://localhost:${PORT}/`,
    reuseExistingServer: false,
  },
});
