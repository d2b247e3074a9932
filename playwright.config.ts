import { defineConfig } from '@playwright/test';
import { CHROMIUM_ARGS, chromiumPath } from './e2e/chromium.ts';
import type { Backend } from './e2e/test.ts';

/** Apart from `npm start`'s port, so that tests run beside an open page; `$PORT` for several runs side by side. */
const PORT = Number(process.env.PORT ?? 4178);

const executablePath = chromiumPath();

const CONVERSION = 'convert*.spec.ts';

export default defineConfig<{ backend: Backend }>({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Software WebGPU computes about 1 GFLOP/s, and the machine may be shared.
  timeout: 240_000,
  expect: { timeout: 20_000 },
  // While one page waits for its runtime or its photo, the other computes.
  workers: 2,
  // So that the last file does not keep one of them idle.
  fullyParallel: true,
  reporter: [['list']],
  forbidOnly: Boolean(process.env.CI),
  use: {
    baseURL: `http://localhost:${PORT}/`,
    viewport: { width: 1100, height: 680 },
    launchOptions: { args: [...CHROMIUM_ARGS], ...(executablePath ? { executablePath } : {}) },
    // Traces cost half as much time again, kept or not: `npx playwright test --trace on FILE` makes one.
    screenshot: 'only-on-failure',
    // Every test would fetch the whole page once more, and what a service worker answers no test can change; offline.spec.ts allows them.
    serviceWorkers: 'block',
  },
  // The longest first.
  projects: [
    // What depends on the device; the rest of the page is the same on both. One at a time: software WebGPU takes every core. Once in
    // twenty runs beside other tests it gave no answer at all, so a second try is allowed, which the report calls flaky.
    {
      name: 'webgpu',
      use: { backend: 'webgpu' },
      testMatch: ['results.spec.ts', 'capture.spec.ts'],
      workers: 1,
      retries: 1,
    },
    { name: 'conversion', use: { backend: 'wasm' }, testMatch: CONVERSION },
    { name: 'wasm', use: { backend: 'wasm' }, testIgnore: ['capture.spec.ts', CONVERSION] },
  ],
  webServer: {
    command: `npx vite preview --port ${PORT} --strictPort`,
    url: `http://localhost:${PORT}/`,
    reuseExistingServer: false,
  },
});
