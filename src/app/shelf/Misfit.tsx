import type { FitReport, WayOut } from '../../engine/fit.ts';
import type { Use } from './state.ts';
import { useShelf } from './useShelf.ts';

interface Props {
  readonly id: string;
  readonly report: FitReport;
  readonly use: Use;
}

/** Why a model does not fit the device, and the ways out. */
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
          onClick={() => shelf((controller) => controller.bring(use, id, { anyway: true }))}
        >
          {use === 'load' ? 'Open it anyway' : 'Compare anyway'}
        </button>
        <button
          type="button"
          className="button small"
          onClick={() => shelf((controller) => controller.dismissMisfit())}
        >
          Leave it
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
          onClick={() => shelf((controller) => controller.bring(use, id, { longSide: way.longSide }))}
        >
          Look at {way.longSide} px
        </button>
      );
    case 'precision':
      return <span>Converted again as {way.weights}, it fits.</span>;
    case 'wasm':
      return use === 'compare' ? null : (
        // A link, because a page chooses its backend when it is opened.
        <a className="button small" href={`?backend=wasm&pack=${encodeURIComponent(id)}`}>
          Open on WebAssembly (slower)
        </a>
      );
  }
}
