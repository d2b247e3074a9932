import type { FitReport, WayOut } from '../../engine/fit.ts';
import type { Use } from './state.ts';
import { useShelf } from './useShelf.ts';

interface Props {
  readonly id: string;
  readonly report: FitReport;
  readonly use: Use;
}

/** Shows why a model does not fit the device, and what can be done about it. */
export function Misfit({ id, report, use }: Props) {
  const shelf = useShelf();
  return (
    <div className="shelf-misfit" role="alert" data-testid="shelf-misfit">
      {report.problems.map((problem) => (
        <p key={problem}>{problem}</p>
      ))}
      <div className="shelf-actions">
        {report.ways.map((way) => (
          <Way key={way.kind} id={id} way={way} use={use} />
        ))}
        <button
          type="button"
          className="button small"
          onClick={() => shelf((controller) => controller.openStored(use, id, { anyway: true }))}
        >
          {use === 'load' ? 'Open it anyway' : 'Compare anyway'}
        </button>
        <button
          type="button"
          className="button small"
          onClick={() => shelf((controller) => controller.dismissMisfit())}
        >
          Cancel
        </button>
      </div>
    </div>
  );
}

function Way({ id, way, use }: Omit<Props, 'report'> & { readonly way: WayOut }) {
  const shelf = useShelf();
  switch (way.kind) {
    case 'side':
      return (
        <button
          type="button"
          className="button small primary"
          onClick={() => shelf((controller) => controller.openStored(use, id, { longSide: way.longSide }))}
        >
          {use === 'load' ? 'Open' : 'Compare'} at {way.longSide} px
        </button>
      );
    case 'precision':
      return <span>It fits if it is converted again as {way.weights}.</span>;
    case 'wasm':
      return use === 'compare' ? null : (
        // A link, because a page chooses its backend when it is opened.
        <a className="button small" href={`?backend=wasm&pack=${encodeURIComponent(id)}`}>
          Open on WebAssembly (slower)
        </a>
      );
  }
}
