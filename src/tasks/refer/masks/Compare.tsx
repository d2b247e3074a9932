import { formatShare, formatSmall } from '../../../format.ts';
import { BOTH, ONLY_A, ONLY_B } from '../../../image/masks/overlap.ts';
import { css } from '../../../image/palette.ts';
import { oppositePrompt } from '../../../text/opposites.ts';
import { Choice } from '../../../ui/Choice.tsx';
import type { ListedMask } from '../overlay.ts';
import { Section } from '../Section.tsx';
import type { ReferView } from '../view.ts';
import { type WordChange, wordChanges } from '../words/word-change.ts';
import { compareShapes } from './compare.ts';
import { DIFFERENCE } from './difference-colours.ts';
import './compare.css';

interface Props {
  readonly masks: readonly ListedMask[];
  readonly shown: ListedMask;
  readonly view: ReferView;
  onView(change: Partial<ReferView>): void;
  /** Shows the mask of a prompt (or looks for it), compared with that of another. */
  onPair(shown: string, other: string): void;
}

/** Compares the shown mask with another one: their overlap and their differences. */
export function Compare({ masks, shown, view, onView, onPair }: Props) {
  const others = masks.filter((mask) => mask !== shown);
  const chosen = others.find(({ item }) => item.prompt === view.compare);
  const found = chosen && compareShapes(shown.shape, chosen.shape);
  const { prompt } = shown.item;
  const opposite = oppositePrompt(prompt);
  if (others.length === 0 && opposite === undefined) return null;
  const rows = found &&
    chosen && [
      { label: `Only A, ${shown.item.name}`, colour: DIFFERENCE[ONLY_A], share: found.onlyA },
      { label: `Only B, ${chosen.item.name}`, colour: DIFFERENCE[ONLY_B], share: found.onlyB },
      { label: 'Both', colour: DIFFERENCE[BOTH], share: found.both },
    ];
  return (
    <Section
      id="compare"
      view={view}
      onView={onView}
      label="Compare"
      heading={
        <>
          Compare <span className="quiet">A is the shown mask</span>
        </>
      }
    >
      {others.length > 0 && (
        <Choice
          label="With B"
          value={chosen?.item.prompt ?? ''}
          options={[
            { value: '', label: 'nothing' },
            ...others.map(({ item }) => ({ value: item.prompt, label: item.name })),
          ]}
          onChange={(prompt) => onView({ compare: prompt || undefined })}
        />
      )}
      <div className="row">
        {chosen && (
          <button type="button" className="button" onClick={() => onPair(chosen.item.prompt, prompt)}>
            Swap A and B
          </button>
        )}
        {opposite !== undefined && opposite !== chosen?.item.prompt && (
          <button type="button" className="button against" onClick={() => onPair(opposite, prompt)}>
            Against “{opposite}”
          </button>
        )}
      </div>
      <div className="said" role="status">
        {found && rows && (
          <div data-testid="comparison" data-iou={found.iou}>
            <p>
              Intersection over union <b className="figure">{found.iou.toFixed(3)}</b>
            </p>
            <ul className="difference">
              {rows.map(({ label, colour, share }) => (
                <li key={label} data-share={share}>
                  <span className="swatch" aria-hidden="true" style={{ background: css(colour) }} />
                  <span className="mask-label">{label}</span>
                  <span className="figure">{formatShare(share)}</span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
      {chosen && <WordTable shown={shown} chosen={chosen} level={view.level} />}
    </Section>
  );
}

/** Table of each word's share of all attention under A and under B. */
function WordTable({
  shown,
  chosen,
  level,
}: {
  readonly shown: ListedMask;
  readonly chosen: ListedMask;
  /** UNet level whose maps are compared; the finest if undefined. */
  readonly level: number | undefined;
}) {
  const changes = wordChanges(shown.result, chosen.result, level);
  if (!changes) return null;
  const shift = ({ a, b }: WordChange) => (b?.mass ?? 0) - (a?.mass ?? 0);
  const most = Math.max(...changes.map((change) => Math.abs(shift(change))), Number.EPSILON);
  return (
    <table className="word-changes" data-testid="word-changes">
      <caption className="note">Share of all attention that each word gets, and how much more it gets under B</caption>
      <thead>
        <tr>
          <th scope="col">Word of A</th>
          <th scope="col">of B</th>
          <th scope="col">A</th>
          <th scope="col">B</th>
          <th scope="col">B − A</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr
            key={change.id}
            data-a={change.a?.mass}
            data-b={change.b?.mass}
            data-most={Math.abs(shift(change)) === most || undefined}
          >
            <th scope="row">{change.a?.text ?? '–'}</th>
            <td className="word">{change.b?.text ?? '–'}</td>
            <td className="figure">{change.a ? formatSmall(change.a.mass) : '–'}</td>
            <td className="figure">{change.b ? formatSmall(change.b.mass) : '–'}</td>
            <td className="figure">{signed(shift(change))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const signed = (value: number): string =>
  value === 0 ? '0' : `${value < 0 ? '−' : '+'}${formatSmall(Math.abs(value))}`;
