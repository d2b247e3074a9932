import { Choice } from '../../ui/Choice.tsx';
import { formatShare } from '../../ui/format.ts';
import { css, DIFFERENCE } from './colour.ts';
import { compareShapes } from './compare.ts';
import type { ListedMask } from './overlay.ts';

interface Props {
  readonly masks: readonly ListedMask[];
  readonly shown: ListedMask;
  /** Prompt of the other mask. */
  readonly other: string | undefined;
  onOther(prompt: string | undefined): void;
}

/** The mask on show against another one: how much they share, and where they differ. */
export function Compare({ masks, shown, other, onOther }: Props) {
  const others = masks.filter((mask) => mask !== shown);
  const chosen = others.find(({ item }) => item.prompt === other);
  const found = chosen && compareShapes(shown.shape, chosen.shape);
  const rows = found &&
    chosen && [
      { label: `Only A, ${shown.item.name}`, colour: DIFFERENCE[1], share: found.onlyA },
      { label: `Only B, ${chosen.item.name}`, colour: DIFFERENCE[2], share: found.onlyB },
      { label: 'Both', colour: DIFFERENCE[3], share: found.both },
    ];
  return (
    <section className="group" aria-label="Compare">
      <h2>
        Compare <span className="quiet">A is the mask on show</span>
      </h2>
      <Choice
        label="With B"
        value={chosen?.item.prompt ?? ''}
        options={[
          { value: '', label: 'nothing' },
          ...others.map(({ item }) => ({ value: item.prompt, label: item.name })),
        ]}
        onChange={(prompt) => onOther(prompt || undefined)}
      />
      {found && rows && (
        <div role="status" data-testid="comparison" data-iou={found.iou}>
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
    </section>
  );
}
