import { backendName } from '../../engine/backends.ts';
import { mergeTimings, STAGE_NAMES, totalTime } from '../../engine/timings.ts';
import { formatDuration } from '../../format.ts';
import { useApp, useWorkbench } from '../context.ts';
import { shownKey } from '../results/selectors.ts';
import './timings.css';

/** Time of each stage of the shown result; nothing if it was stored or imported without its times. */
export function Timings() {
  const { results } = useWorkbench();
  useApp((state) => state.revision);
  const key = useApp((state) => shownKey(state, results));
  const found = results.get(key ?? '');
  if (!found || found.result.timings.length === 0) return null;
  const { device } = found;
  const timings = mergeTimings(found.result.timings);
  const total = totalTime(timings);
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
              <th scope="row">{STAGE_NAMES[timing.stage]}</th>
              <td className="bar-cell">
                <progress aria-hidden="true" value={timing.cached ? 0 : timing.ms} max={total || 1} />
              </td>
              <td className="figure">{timing.cached ? 'cached' : formatDuration(timing.ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {timings.map(
        ({ stage, note }) =>
          note !== undefined && (
            <p className="quiet" key={stage}>
              {note}
            </p>
          ),
      )}
      {device && <p className="quiet">on {backendName(device.backend)}</p>}
    </details>
  );
}
