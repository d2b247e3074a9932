import type { AblateResult, ReferResult } from '../../../engine/results.ts';
import { formatShare, formatWeight } from '../../../format.ts';
import { isolate } from '../../../text/isolate.ts';
import { attentionUnits, type Unit } from '../../attention/units.ts';
import { ablationChange } from '../overlay.ts';
import { Section } from '../Section.tsx';
import type { ReferView } from '../view.ts';
import { rankedUnits } from '../words/word-maps.ts';
import './ablation.css';

interface Props {
  readonly view: ReferView;
  onView(change: Partial<ReferView>): void;
  readonly result: ReferResult;
  /** Threshold of the shown mask. */
  readonly threshold: number;
  /** Result without these tokens, once it is computed. */
  readonly ablated: (tokens: readonly number[]) => AblateResult | undefined;
}

const isLeftOut = (unit: Unit, without: readonly number[]): boolean =>
  unit.tokens.every((token) => without.includes(token));

/** Returns the tokens that are left out after a click on a unit. */
function toggled(unit: Unit, without: readonly number[]): readonly number[] {
  const others = without.filter((token) => !unit.tokens.includes(token));
  return isLeftOut(unit, without) ? others : [...others, ...unit.tokens].sort((a, b) => a - b);
}

/** Word ablation: which words to leave out, and how the mask changes without their attention. */
export function Ablation({ view, onView, result, threshold, ablated }: Props) {
  const { without } = view;
  const units = attentionUnits(result.tokens, result.words, view.pieces);
  const out = units.filter((unit) => isLeftOut(unit, without));
  const answer = without.length > 0 ? ablated(without) : undefined;
  const names = out.map((unit) => `“${isolate(unit.text)}”`).join(', ');
  return (
    <Section
      id="ablation"
      view={view}
      onView={onView}
      label="Without a word"
      heading={
        <>
          Without a word <span className="quiet">its attention zeroed</span>
        </>
      }
    >
      <ul className="ablation-chips" aria-label="Words to leave out">
        {units.map((unit) => (
          <li key={unit.key}>
            <button
              type="button"
              className="ablation-chip"
              aria-label={`Leave out ${unit.text}`}
              aria-pressed={isLeftOut(unit, without)}
              data-special={unit.special || undefined}
              onClick={() => onView({ without: toggled(unit, without), hovered: undefined, locked: undefined })}
            >
              {unit.text}
            </button>
          </li>
        ))}
      </ul>
      <div className="said" role="status">
        {answer && <Outcome names={names} answer={answer} result={result} threshold={threshold} />}
      </div>
      <p className="note">
        Only the head runs again, with the word’s averaged maps set to zero. The UNet’s features were still computed
        with the word, so a small change does not mean that the word was ignored.
      </p>
      {view.ranking ? (
        <Ranking {...{ view, onView, result, threshold, ablated }} units={rankedUnits(result, view.pieces)} />
      ) : (
        <button type="button" className="button" onClick={() => onView({ ranking: true })}>
          Leave out each word in turn
        </button>
      )}
    </Section>
  );
}

function Outcome({
  names,
  answer,
  result,
  threshold,
}: {
  readonly names: string;
  readonly answer: AblateResult;
  readonly result: ReferResult;
  readonly threshold: number;
}) {
  const { iou, before, after, lost, gained } = ablationChange(answer, result, threshold);
  return (
    <div data-testid="ablation" data-iou={iou} data-area={after} data-lost={lost} data-gained={gained}>
      <p className="finding">
        Without {names} the mask has an IoU of <b className="figure">{formatWeight(iou)}</b> with the whole prompt’s:{' '}
        <span className="figure">{formatShare(before)}</span> → <span className="figure">{formatShare(after)}</span> of
        the photo.
      </p>
      <p className="ablation-keys">
        {(
          [
            ['kept', before - lost],
            ['lost', lost],
            ['gained', gained],
          ] as const
        ).map(([kind, share]) => (
          <span key={kind} className="ablation-key">
            <span className="ablation-swatch" data-kind={kind} aria-hidden="true" />
            {kind} <span className="figure">{formatShare(share)}</span>
          </span>
        ))}
      </p>
    </div>
  );
}

function Ranking({ onView, result, threshold, ablated, units }: Props & { readonly units: readonly Unit[] }) {
  const rows = units
    .map((unit) => {
      const answer = ablated(unit.tokens);
      return { unit, change: answer && ablationChange(answer, result, threshold) };
    })
    .sort((a, b) => (a.change?.iou ?? 2) - (b.change?.iou ?? 2));
  return (
    <table className="ablation-table" data-testid="ablation-ranking">
      <caption className="visually-hidden">Each word left out in turn, the one that changes most first</caption>
      <thead>
        <tr>
          <th scope="col">without</th>
          <th scope="col">IoU</th>
          <th scope="col">lost</th>
          <th scope="col">gained</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ unit, change }) => (
          <tr key={unit.key}>
            <th scope="row">
              <button
                type="button"
                className="chip"
                onClick={() => onView({ without: unit.tokens, hovered: undefined, locked: undefined })}
              >
                {unit.text}
              </button>
            </th>
            <td className="figure">{change ? formatWeight(change.iou) : '…'}</td>
            <td className="figure">{change ? formatShare(change.lost) : '…'}</td>
            <td className="figure">{change ? formatShare(change.gained) : '…'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
