import { useEffect, useRef, useState } from 'react';
import { formatBytes } from '../../format-bytes.ts';
import { formatDay } from '../../format-date.ts';
import { MAX_PACK_NAME } from '../../storage/shelf/pack-name.ts';
import type { ShelfItem } from '../../storage/shelf/protocol.ts';
import { ConfirmButton } from '../../ui/ConfirmButton.tsx';
import { useApp } from '../context.ts';
import { canExportFolder } from './controller.ts';
import { Misfit } from './Misfit.tsx';
import { PackFacts, PackHash } from './PackFacts.tsx';
import { useShelf } from './useShelf.ts';

/** One stored model, with buttons for what can be done with it. */
export function ShelfRow({ item }: { readonly item: ShelfItem }) {
  const shelf = useShelf();
  const open = useApp(
    ({ engine }) => engine.phase === 'ready' && 'stored' in engine.source && engine.source.stored === item.id,
  );
  const left = useApp(
    ({ secondModel }) =>
      secondModel !== undefined && 'stored' in secondModel.source && secondModel.source.stored === item.id,
  );
  const busy = useApp((state) => state.shelf?.job !== undefined);
  const misfit = useApp((state) => (state.shelf?.misfit?.id === item.id ? state.shelf.misfit : undefined));
  const [renaming, setRenaming] = useState(false);
  const rename = useRef<HTMLButtonElement>(null);
  const { id, name, summary } = item;

  function endRenaming(): void {
    setRenaming(false);
    // The form, which has the focus, is unmounted.
    requestAnimationFrame(() => rename.current?.focus());
  }

  return (
    <li className="shelf-row" data-open={open || undefined} data-testid="shelf-row" data-id={id}>
      <div className="shelf-row-head">
        {renaming ? <RenameForm item={item} onDone={endRenaming} /> : <h3>{name}</h3>}
        {open && <span className="shelf-open">open</span>}
        {left && <span className="shelf-open">left of the handle</span>}
      </div>
      <PackFacts summary={summary} />
      <p className="quiet">
        {summary.family}, from <span className="shelf-source">{item.source}</span>,{' '}
        <time dateTime={item.date}>{formatDay(item.date)}</time>, <PackHash summary={summary} />
      </p>
      {misfit && <Misfit {...misfit} />}
      <div className="shelf-actions">
        <button
          type="button"
          className="button small primary"
          disabled={open}
          onClick={() => shelf((controller) => controller.openStored('load', id))}
        >
          Open
        </button>
        <button
          type="button"
          className="button small"
          title="Shows what this model and the open one see in the same photo, left and right of the handle"
          disabled={open || left}
          onClick={() => shelf((controller) => controller.openStored('compare', id))}
        >
          Compare
        </button>
        <button ref={rename} type="button" className="button small" onClick={() => setRenaming(true)}>
          Rename
        </button>
        <button
          type="button"
          className="button small"
          disabled={busy}
          onClick={() => shelf((controller) => controller.exportZip(id, name))}
        >
          Export ZIP
        </button>
        {canExportFolder && (
          <button
            type="button"
            className="button small"
            disabled={busy}
            onClick={() => shelf((controller) => controller.exportFolder(id, name))}
          >
            Export folder
          </button>
        )}
        <button
          type="button"
          className="button small"
          title="Compares every file with its sha256"
          disabled={busy}
          onClick={() => shelf((controller) => controller.verify(id, name))}
        >
          Check
        </button>
        {open || left ? (
          <span className="quiet">{open ? 'Open another model' : 'Stop comparing'} to delete this one.</span>
        ) : (
          <ConfirmButton
            label="Delete"
            question={`Delete ${formatBytes(summary.bytes)}?`}
            disabled={busy}
            onConfirm={() => shelf((controller) => controller.remove(id))}
          />
        )}
      </div>
    </li>
  );
}

function RenameForm({ item, onDone }: { readonly item: ShelfItem; onDone(): void }) {
  const shelf = useShelf();
  const [name, setName] = useState(item.name);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  return (
    <form
      className="shelf-rename"
      onSubmit={(event) => {
        event.preventDefault();
        shelf((controller) => controller.rename(item.id, name));
        onDone();
      }}
    >
      <input
        ref={input}
        className="text-input"
        aria-label="Name of the model"
        value={name}
        maxLength={MAX_PACK_NAME}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          // Escape would close the dialog.
          event.preventDefault();
          onDone();
        }}
      />
      <button type="submit" className="button small">
        Save
      </button>
    </form>
  );
}
