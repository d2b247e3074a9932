import { useApp } from '../context.ts';
import { selectedPhoto } from '../store.ts';

/** Says what was changed when the shown photo was read, e.g. that only the first frame is used. */
export function PhotoNotes() {
  const notes = useApp((state) => selectedPhoto(state)?.notes) ?? [];
  if (notes.length === 0) return null;
  return (
    <p className="note" data-testid="photo-notes">
      {notes.join(' ')}
    </p>
  );
}
