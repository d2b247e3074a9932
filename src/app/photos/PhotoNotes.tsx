import { shapeNote } from '../../tasks/photo-size.ts';
import { useApp } from '../context.ts';
import { selectedPhoto } from '../store.ts';

/** Says what was changed when the shown photo was read, e.g. that only the first frame is used, and what makes it hard for the model. */
export function PhotoNotes() {
  const photo = useApp(selectedPhoto);
  const shape = photo?.state === 'ready' ? shapeNote(photo) : undefined;
  const notes = [...(photo?.notes ?? []), ...(shape === undefined ? [] : [shape])];
  if (notes.length === 0) return null;
  return (
    <p className="note" data-testid="photo-notes">
      {notes.join(' ')}
    </p>
  );
}
