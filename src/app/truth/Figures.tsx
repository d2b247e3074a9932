import { useMemo } from 'react';
import { formatMetres, formatPercent } from '../../format.ts';
import { classFigures, depthFigures, maskFigure } from '../../samples/figures.ts';
import type { SampleTruth } from '../../samples/truth.ts';
import { useApp, useWorkbench } from '../context.ts';
import { maskShapes } from '../find/masks.ts';
import { depthOf, segmentOf } from '../results/selectors.ts';
import { classNames } from './layers.ts';

interface Props {
  readonly truth: SampleTruth;
}

function Figure({ label, value, title }: { readonly label: string; readonly value: string; readonly title: string }) {
  return (
    <div title={title}>
      <dt>{label}</dt>
      <dd className="figure">{value}</dd>
    </div>
  );
}

function DepthFigures({ truth }: Props) {
  const { results } = useWorkbench();
  const found = useApp((state) => depthOf(state, results));
  const figures = useMemo(() => found && depthFigures(found, truth), [found, truth]);
  if (!figures) return null;
  return (
    <>
      <Figure label="RMSE" value={formatMetres(figures.rmse)} title="Root of the mean squared difference, metres" />
      <Figure
        label="δ1"
        value={formatPercent(figures.d1)}
        title="Share of the pixels off by a factor of less than 1.25"
      />
      <Figure label="AbsRel" value={figures.abs_rel.toFixed(3)} title="Mean difference as a share of the true depth" />
    </>
  );
}

function MaskFigures({ truth }: Props) {
  const { results } = useWorkbench();
  const state = useApp((each) => each);
  const shown = maskShapes(state, results).find(({ item }) => item.prompt === state.prompt);
  const shape = shown?.shape;
  const iou = useMemo(() => shape && maskFigure(shape, state.prompt, truth), [shape, state.prompt, truth]);
  if (!shape) return null;
  if (iou === undefined)
    return <div className="quiet">There is no true mask of “{state.prompt}”, only of the example prompts.</div>;
  return <Figure label="IoU" value={formatPercent(iou)} title="Pixels in both masks, of the pixels in either" />;
}

function ClassFigures({ truth }: Props) {
  const { results } = useWorkbench();
  const found = useApp((state) => segmentOf(state, results));
  const names = useApp((state) => classNames(state, truth));
  const figures = useMemo(() => found && classFigures(found, names, truth), [found, names, truth]);
  if (!figures) return null;
  return (
    <>
      <Figure
        label="Pixel accuracy"
        value={formatPercent(figures.accuracy)}
        title="Share of the pixels whose class is right"
      />
      <Figure
        label="mIoU"
        value={formatPercent(figures.miou)}
        title="Mean over classes of the overlap with the truth"
      />
    </>
  );
}

const OF_TASK = { depth: DepthFigures, refer: MaskFigures, segment: ClassFigures } as const;

/** How far the results are from the truth, in the metrics that papers report. */
export function Figures({ truth }: Props) {
  const Task = OF_TASK[useApp((state) => state.task)];
  useApp((state) => state.revision);
  return (
    <dl className="truth-figures" data-testid="truth">
      <Task truth={truth} />
    </dl>
  );
}
