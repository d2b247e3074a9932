import { useId, useRef } from 'react';
import { formatBytes } from '../../format-bytes.ts';
import type { Found } from '../../storage/shelf/protocol.ts';
import { useTouch } from '../../ui/touch.ts';
import { useApp, useWorkbench } from '../context.ts';
import { FolderButton } from '../photos/FolderButton.tsx';
import { pickedFolder } from '../photos/folders.ts';
import { severalModels } from '../photos/open-folders.ts';
import { packsAmong } from '../photos/sort-files.ts';
import { misfitWords } from './misfit-words.ts';
import { PackFacts } from './PackFacts.tsx';
import { NO_SHELF, type ShelfState } from './state.ts';
import { useShelf } from './useShelf.ts';

/** Adds a model from an address or from files. No request is sent before Look up is pressed, and nothing large before Download. */
export function AddModel() {
  const shelf = useShelf();
  const id = useId();
  const touch = useTouch();
  const input = useRef<HTMLInputElement>(null);
  const { store, session } = useWorkbench();
  function convertFiles(): void {
    shelf((controller) => controller.close());
    session.convert((controller) => controller.open());
  }
  async function importFolder(files: readonly File[]): Promise<void> {
    const packs = await packsAmong(pickedFolder(files).files);
    // Without a pack, the import says what is missing.
    if (packs.length < 2) shelf((controller) => controller.importFiles(packs[0]?.files ?? files));
    else show({ message: { tone: 'bad', text: `Left out: ${severalModels(packs)}.` } });
  }
  // Not through the shelf's controller, which may still be loading: typed letters must not get lost.
  const show = (change: Partial<ShelfState>) =>
    store.setState((state) => ({ shelf: { ...(state.shelf ?? NO_SHELF), ...change } }));
  const type = (typed: string) => show({ address: typed, found: undefined });
  const { address, looking, found, job } = useApp((state) => state.shelf ?? NO_SHELF);
  return (
    <section className="shelf-add" aria-label="Add a model">
      <h3>Add a model</h3>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          shelf((controller) => controller.lookUp());
        }}
      >
        <label className="field-label" htmlFor={id}>
          Address of a model’s folder or of a checkpoint
        </label>
        <div className="shelf-address">
          <input
            id={id}
            className="text-input"
            type="url"
            inputMode="url"
            placeholder="https://huggingface.co/owner/name"
            autoComplete="off"
            spellCheck={false}
            value={address}
            onChange={(event) => type(event.currentTarget.value)}
          />
          <button type="submit" className="button" disabled={looking || address.trim() === ''}>
            {looking ? 'Looking…' : 'Look up'}
          </button>
          {looking && (
            <button type="button" className="button" onClick={() => shelf((controller) => controller.stopLooking())}>
              Stop
            </button>
          )}
        </div>
        <p className="quiet">
          “Look up” asks that server what is at this address and how large it is. Photos and prompts are never sent
          anywhere.
        </p>
      </form>
      {found && <FoundCard found={found} />}
      <p className="shelf-way">
        <button
          type="button"
          className="button small"
          disabled={job !== undefined}
          onClick={() => input.current?.click()}
        >
          Import files…
        </button>
        <FolderButton className="button small" disabled={job !== undefined} onFolder={importFolder}>
          Import a folder…
        </FolderButton>
        <span className="quiet">
          a ZIP, or a model’s folder or all its files{!touch && '; they can be dropped here too'}
        </span>
      </p>
      <p className="shelf-way">
        <button type="button" className="button small" onClick={convertFiles}>
          Convert a checkpoint…
        </button>
        <span className="quiet">a VPD or Stable Diffusion v1 file becomes a model</span>
      </p>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept=".zip,.json,.safetensors,.md"
        data-testid="shelf-files"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          // Without this, choosing the same file again would be no change, hence no event.
          event.currentTarget.value = '';
          if (files.length > 0) shelf((controller) => controller.importFiles(files));
        }}
      />
    </section>
  );
}

function FoundCard({ found }: { readonly found: Found }) {
  const shelf = useShelf();
  const { session } = useWorkbench();
  const busy = useApp((state) => state.shelf?.job !== undefined);
  function convertFound(url: string): void {
    shelf((controller) => controller.close());
    session.convert((controller) => controller.add([{ url }]));
  }
  if (found.kind === 'checkpoint')
    return (
      <div className="shelf-found" data-testid="shelf-found">
        <p>
          <strong>{found.name}</strong> is a checkpoint of {formatBytes(found.bytes)}. It is converted while it is
          downloaded, part by part; only the model is stored.
        </p>
        <button type="button" className="button primary" onClick={() => convertFound(found.address)}>
          Show the conversion plan…
        </button>
      </div>
    );
  const { summary, address, stored, fit } = found;
  return (
    <div className="shelf-found" data-testid="shelf-found">
      <p>
        <strong>{summary.name}</strong> ({summary.family}), licence: {summary.licence}
      </p>
      <PackFacts summary={summary} />
      {fit && fit.problems.length > 0 && <p className="field-error">{misfitWords(fit)}</p>}
      {stored === undefined ? (
        <button
          type="button"
          className="button primary"
          disabled={busy}
          onClick={() => shelf((controller) => controller.download(address, summary.name))}
        >
          Download {formatBytes(summary.bytes)}
        </button>
      ) : (
        <p className="quiet">It is stored in this browser already.</p>
      )}
    </div>
  );
}
