import { defineConfig } from 'vitest/config';

/** Mock modules, stub globals for all of a file, or take so long that they begin first. */
const APART = [
  'src/app/convert/controller.test.ts',
  'src/app/shelf/controller.test.ts',
  'src/cli/golden.test.ts',
  'src/cli/sizes.test.ts',
  'src/engine/captured.test.ts',
  'src/tasks/depth/answer.test.ts',
  'src/tasks/depth/normals.test.ts',
  'src/vpd/lowering.test.ts',
  'src/worker/handlers.test.ts',
];

export default defineConfig({
  test: {
    // The machine may be shared.
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // Every core: by default one is left idle, which is half of a machine with two.
    maxWorkers: '100%',
    // Queued by their names.
    projects: [
      { extends: true, test: { name: 'apart', include: APART } },
      // The modules are loaded once per worker, not once per file.
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.ts'], exclude: APART, isolate: false } },
    ],
  },
});
