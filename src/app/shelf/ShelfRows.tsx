import { formatBytes } from '../../format-bytes.ts';
import type { DamagedItem, UnfinishedItem } from '../../storage/shelf/protocol.ts';
import { ConfirmButton } from '../../ui/ConfirmButton.tsx';
import { useApp } from '../context.ts';
import { PackFacts, PackHash } from './PackFacts.tsx';
import { ShelfRow } from './ShelfRow.tsx';
import { useShelf } from './useShelf.ts';

/** Lists all models: the page's own first, then the stored ones, newest first, then unfinished and damaged ones. */
export function ShelfRows() {
  const list = useApp((state) => state.shelf?.list);
  return (
    <ul className="shelf-rows" aria-label="Models on this machine">
      <EmbeddedRow />
      {list?.items.map((item) => (
        <ShelfRow key={item.id} item={item} />
      ))}
      {list?.unfinished.map((item) => (
        <UnfinishedRow key={item.id} item={item} />
      ))}
      {list?.damaged.map((item) => (
        <DamagedRow key={item.id} item={item} />
      ))}
    </ul>
  );
}

function EmbeddedRow() {
  const shelf = useShelf();
  const engine = useApp((state) => state.engine);
  const facts = useApp((state) => state.shelf?.embedded);
  const left = useApp(({ secondModel }) => secondModel !== undefined && 'url' in secondModel.source);
  const open = engine.phase === 'ready' && 'url' in engine.source;
  return (
    <li className="shelf-row" data-open={open || undefined} data-testid="shelf-embedded">
      <div className="shelf-row-head">
        <h3>{facts ? facts.summary.name : 'The page’s own model'}</h3>
        {open && <span className="shelf-open">open</span>}
        {left && <span className="shelf-open">left of the handle</span>}
      </div>
      {facts && <PackFacts summary={facts.summary} />}
      <p className="quiet">
        {facts && (
          <>
            <PackHash summary={facts.summary} />,{' '}
          </>
        )}
        part of the page, so it cannot be deleted
      </p>
      {!open && (
        <div className="shelf-actions">
          <button
            type="button"
            className="button small"
            onClick={() => shelf((controller) => controller.openEmbedded('load'))}
          >
            Open
          </button>
          <button
            type="button"
            className="button small"
            disabled={left}
            onClick={() => shelf((controller) => controller.openEmbedded('compare'))}
          >
            Compare
          </button>
        </div>
      )}
    </li>
  );
}

function UnfinishedRow({ item }: { readonly item: UnfinishedItem }) {
  const shelf = useShelf();
  const busy = useApp((state) => state.shelf?.job !== undefined);
  return (
    <li className="shelf-row" data-testid="shelf-unfinished">
      <div className="shelf-row-head">
        <h3>{item.name}</h3>
        <span className="shelf-open">not complete</span>
      </div>
      <p className="quiet">
        {formatBytes(item.done)} of {formatBytes(item.total)} from <span className="shelf-source">{item.address}</span>
      </p>
      <div className="shelf-actions">
        <button
          type="button"
          className="button small primary"
          disabled={busy}
          onClick={() => shelf((controller) => controller.download(item.address, item.name, item.id))}
        >
          Continue
        </button>
        <ConfirmButton
          label="Discard"
          question={`Discard ${formatBytes(item.done)}?`}
          disabled={busy}
          onConfirm={() => shelf((controller) => controller.remove(item.id))}
        />
      </div>
    </li>
  );
}

function DamagedRow({ item }: { readonly item: DamagedItem }) {
  const shelf = useShelf();
  return (
    <li className="shelf-row" data-testid="shelf-damaged">
      <div className="shelf-row-head">
        <h3>{item.name}</h3>
        <span className="shelf-open">damaged</span>
      </div>
      <p className="field-error">{item.why} Delete it and get it again.</p>
      <div className="shelf-actions">
        <ConfirmButton
          label="Delete"
          question="Delete it?"
          onConfirm={() => shelf((controller) => controller.remove(item.id))}
        />
      </div>
    </li>
  );
}
