import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GOLDEN_TASKS, golden } from './testing/golden.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/small');

describe('the official outputs at 1/10 width, through convert and run', () => {
  let work = '';
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'vpd-golden-'));
  });
  afterAll(() => rm(work, { recursive: true, force: true }));

  it.each(GOLDEN_TASKS)('%s is within its bars', { timeout: 300_000 }, async (task) => {
    const figures = await golden(task, { fixtures, work });
    expect(figures.filter((figure) => !figure.within)).toEqual([]);
    expect(figures.length).toBeGreaterThan(0);
  });
});
