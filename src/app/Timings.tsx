import type { StageTiming } from '../engine/protocol.ts';
import { formatDuration } from '../ui/format.ts';
import { useApp, useWorkbench } from './context.ts';
import { shownKey } from './runs.ts';

const NAMES: Readonly<Record<StageTiming['stage'], string>> = {
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
function merge(parts: readonly StageTiming[]): readonly StageTiming[] {
  const byStage = new Map<string, StageTiming>();
  for (const part of parts) {
    const known = byStage.get(part.stage);
    byStage.set(part.stage, known ? { ...part, ms: known.ms + part.ms, cached: known.cached && part.cached } : part);
  }
  return [...byStage.values()];
}

/** Where the time of the result on show went. */
export function Timings() {
  const { store, results } = useWorkbench();
  useApp((state) => state.revision);
  const key = useApp(shownKey);
  const result = results.get(key ?? '')?.result;
  if (!result) return null;
  const timings = merge(result.timings);
  const total = timings.reduce((sum, timing) => sum + (timing.cached ? 0 : timing.ms), 0);
  const { engine } = store.getState();
  return (
    <details className="timings" open>
      <summary>
        <h2>Timing</h2>
        <span className="figure">{formatDuration(total)}</span>
      </summary>
      <table>
        <tbody>
          {timings.map((timing) => (
            <tr key={timing.stage}>
              <th scope="row">{NAMES[timing.stage]}</th>
              <td className="bar-cell">
                <progress aria-hidden="true" value={timing.cached ? 0 : timing.ms} max={total || 1} />
              </td>
              <td className="figure">{timing.cached ? 'cached' : formatDuration(timing.ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {engine.phase === 'ready' && <p className="quiet">on {engine.device.backend}</p>}
    </details>
  );
}
