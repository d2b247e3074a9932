import { Icon } from '../ui/Icon.tsx';
import { BatchButton } from './BatchButton.tsx';
import { useApp, useWorkbench } from './context.ts';
import { PasteButton } from './PasteButton.tsx';
import { PickButton } from './PickButton.tsx';
import { ReportButton } from './ReportButton.tsx';

/** Samples and the user's photos; newest last. */
export function PhotoStrip() {
  const { session } = useWorkbench();
  const photos = useApp((state) => state.photos);
  const selected = useApp((state) => state.selected);
  return (
    <nav className="strip" aria-label="Photos">
      <div className="strip-tools">
        <PickButton className="icon-button" label="Add photos">
          <Icon name="plus" />
        </PickButton>
        <PasteButton />
        <BatchButton />
        <ReportButton />
      </div>
      <ul className="thumbs">
        {photos.map((photo) => (
          <li key={photo.id} className="thumb-item">
            <button
              type="button"
              className="thumb"
              aria-label={`Show ${photo.name}`}
              aria-current={photo.id === selected}
              title={photo.name}
              onClick={() => session.select(photo.id)}
            >
              {photo.url ? <img src={photo.url} alt="" draggable={false} /> : <Icon name="photo" />}
            </button>
            {photo.source === 'user' && (
              <button
                type="button"
                className="thumb-remove"
                aria-label={`Remove ${photo.name}`}
                onClick={() => session.remove(photo.id)}
              >
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}
