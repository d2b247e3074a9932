import { defineConfig } from 'vitest/config';

/** Tests that mock modules or stub globals for a whole file, or take so long that they are started first. */
const APART = [
  'src/app/convert/controller.test.ts',
  'src/app/shelf/controller.test.ts',
  'src/cli/golden.test.ts',
  'src/cli/sizes.test.ts',
  'src/engine/captured.test.ts',
  'src/tasks/depth/geometry/answer.test.ts',
  'src/tasks/depth/geometry/normals.test.ts',
  'src/vpd/lowering.test.ts',
  'src/worker/handlers.test.ts',
];

export default defineConfig({
  test: {
    // The machine may be shared.
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // All cores: by default one is left idle, which is half of a machine with two.
    maxWorkers: '100%',
    // Projects are queued by their names.
    projects: [
      { extends: true, test: { name: 'apart', include: APART } },
      // The modules are loaded once per worker, not once per file.
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.ts'], exclude: APART, isolate: false } },
    ],
  },
});
