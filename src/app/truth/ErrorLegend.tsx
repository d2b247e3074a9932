import type { FunctionComponent } from 'react';
import { formatMetres } from '../../format.ts';
import { BOTH, ONLY_A, ONLY_B } from '../../image/masks/overlap.ts';
import { css } from '../../image/palette.ts';
import type { SampleTruth } from '../../samples/truth.ts';
import { DIFFERENCE } from '../../tasks/refer/masks/difference-colours.ts';
import type { TaskId } from '../../vpd/config.ts';
import { useApp, useWorkbench } from '../context.ts';
import { depthOf } from '../results/selectors.ts';
import { depthErrorColour, drawsErrors, WRONG_CLASS_COLOUR } from './error-layers.ts';
import { depthErrorMap } from './errors.ts';

interface Props {
  readonly truth: SampleTruth;
}

const STOPS = [-1, 0, 1].map((share) => css(depthErrorColour(share))).join(', ');

/** Colours of the drawn errors, if any are drawn. */
export function ErrorLegend({ truth }: Props) {
  const { results } = useWorkbench();
  const Legend = OF_TASK[useApp((state) => state.task)];
  const drawn = useApp((state) => drawsErrors(state, results, truth));
  return drawn ? <Legend truth={truth} /> : null;
}

interface Named {
  readonly name: string;
  readonly colour: Parameters<typeof css>[0];
}

function NamedColours({ all }: { readonly all: readonly Named[] }) {
  return (
    <ul className="truth-errors">
      {all.map(({ name, colour }) => (
        <li key={name}>
          <span className="swatch" aria-hidden="true" style={{ background: css(colour) }} />
          {name}
        </li>
      ))}
    </ul>
  );
}

function DepthLegend({ truth }: Props) {
  const { results } = useWorkbench();
  const found = useApp((state) => depthOf(state, results));
  if (!found) return null;
  const limit = formatMetres(depthErrorMap(found, truth).limit);
  return (
    <figure className="legend" data-testid="error-legend">
      <div className="legend-bar" style={{ backgroundImage: `linear-gradient(to right, ${STOPS})` }} />
      <figcaption>
        <span>
          <b>−{limit}</b> <span className="quiet">nearer</span>
        </span>
        <span className="quiet">than the truth</span>
        <span>
          <span className="quiet">farther</span> <b>+{limit}</b>
        </span>
      </figcaption>
    </figure>
  );
}

const MaskLegend = () => (
  <NamedColours
    all={[
      { name: 'right', colour: DIFFERENCE[BOTH] },
      { name: 'too much', colour: DIFFERENCE[ONLY_A] },
      { name: 'missed', colour: DIFFERENCE[ONLY_B] },
    ]}
  />
);

const ClassLegend = () => (
  <NamedColours all={[{ name: 'another class than the true one', colour: WRONG_CLASS_COLOUR }]} />
);

const OF_TASK = { depth: DepthLegend, refer: MaskLegend, segment: ClassLegend } satisfies Record<
  TaskId,
  FunctionComponent<Props>
>;
