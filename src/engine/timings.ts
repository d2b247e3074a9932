import type { StageTiming } from './results.ts';

/** Names of the stages in the page. */
export const STAGE_NAMES: Readonly<Record<StageTiming['stage'], string>> = {
  download: 'download',
  decode: 'decode photo',
  build: 'build graphs',
  'vae-encoder': 'photo encoder',
  'text-encoder': 'text encoder',
  depth: 'UNet + depth head',
  refer: 'UNet + mask head',
  segment: 'UNet + class head',
  head: 'head alone',
  attention: 'UNet (attention maps)',
  eps: 'UNet',
  resize: 'resize',
};

/** Progress texts of the page while a stage runs. */
export const STAGE_LABELS = {
  'vae-encoder': 'Encoding the photo',
  'text-encoder': 'Reading the words',
  depth: 'Estimating depth',
  refer: 'Computing the mask',
  segment: 'Computing the classes',
  head: 'Running the head alone',
  attention: 'Computing attention maps',
  eps: 'Running the UNet',
} as const satisfies Partial<Record<StageTiming['stage'], string>>;

/** Returns one entry per stage: a stage may run in several parts, e.g. `build` once per graph. */
export function mergeTimings(parts: readonly StageTiming[]): readonly StageTiming[] {
  const byStage = new Map<string, StageTiming>();
  for (const part of parts) {
    const known = byStage.get(part.stage);
    if (!known) byStage.set(part.stage, part);
    else {
      const notes = [known.note, part.note].filter((note) => note !== undefined);
      const note = notes.length > 0 ? { note: notes.join(' ') } : {};
      byStage.set(part.stage, { ...part, ms: known.ms + part.ms, cached: known.cached && part.cached, ...note });
    }
  }
  return [...byStage.values()];
}

/** Returns the total in milliseconds; cached stages took none. */
export const totalTime = (timings: readonly StageTiming[]): number =>
  timings.reduce((sum, { ms, cached }) => sum + (cached ? 0 : ms), 0);
