import { formatBytes } from '../../format-bytes.ts';
import { useApp } from '../context.ts';
import { useShelf } from './useShelf.ts';

/** Storage that this page uses and may use, and whether the browser may delete it. */
export function StorageNote() {
  const shelf = useShelf();
  const usage = useApp((state) => state.shelf?.list?.usage);
  const quota = useApp((state) => state.shelf?.list?.quota);
  const persisted = useApp((state) => state.shelf?.persisted);
  if (usage === undefined || quota === undefined) return null;
  return (
    <section className="shelf-storage" aria-label="Storage">
      <p data-testid="shelf-quota">
        {formatBytes(usage)} used of {formatBytes(quota)} that the browser gives this page.
      </p>
      <progress aria-label="Storage used" max={quota} value={usage} />
      {persisted === true && <p className="quiet">It is kept until you delete it.</p>}
      {persisted === false && (
        <p className="quiet">
          The browser may clear it when the disk is full.{' '}
          <button type="button" className="button small" onClick={() => shelf((controller) => controller.persist())}>
            Ask to keep it
          </button>
        </p>
      )}
    </section>
  );
}
