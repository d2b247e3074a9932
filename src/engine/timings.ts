import type { StageTiming } from './protocol.ts';

/** Stages as people know them. */
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
  attention: 'UNet, its attention',
  eps: 'UNet',
  resize: 'resize',
};

/** One entry per stage: a stage may run in several parts (one graph after the other is built). */
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

/** Milliseconds that were spent: what came from a cache took none. */
export const totalTime = (timings: readonly StageTiming[]): number =>
  timings.reduce((sum, { ms, cached }) => sum + (cached ? 0 : ms), 0);
