import { formatPercent } from '../../format.ts';
import type { PackSummary } from '../../weights/pack/pack-summary.ts';
import './model-card.css';

/** Model card of the open pack, if it has one: what the model can and cannot see, its scores and its training data. */
export function ModelCard({ pack }: { readonly pack: PackSummary }) {
  const { card, absence } = pack;
  if (!card) return null;
  return (
    <section className="model-card" aria-label="What the model sees">
      {card.sees && (
        <p>
          <b>It sees</b> {card.sees}
        </p>
      )}
      {card.misses && (
        <p>
          <b>It does not see</b> {card.misses}
        </p>
      )}
      {card.figures.length > 0 && (
        <table>
          <caption>Scores on data that it was not trained on</caption>
          <thead>
            <tr>
              <td />
              {card.sets.map((set) => (
                <th key={set} scope="col">
                  {set}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {card.figures.map(({ name, values }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {card.sets.map((set, i) => (
                  <td key={set}>{values[i] ?? '–'}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {absence && (
        <p className="quiet">
          The note “may not be in this photo” is right {formatPercent(absence.heldOut.precision)} of the time. It is
          shown for {formatPercent(absence.heldOut.recall)} of the things that are absent.
        </p>
      )}
      {card.data.length > 0 && (
        <details>
          <summary>Trained on</summary>
          <ul>
            {card.data.map((source) => (
              <li key={source}>{source}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
