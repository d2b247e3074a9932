import { lazy, Suspense, useState } from 'react';
import { Icon } from '../../ui/Icon.tsx';

const CameraDialog = lazy(() => import('./CameraDialog.tsx'));

/** Opens the camera; nothing is asked of it before. */
export function CameraButton() {
  const [open, setOpen] = useState(false);
  // Missing in insecure pages.
  if (!('mediaDevices' in navigator)) return null;
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label="Take a photo"
        title="Take a photo with the camera"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Icon name="camera" />
      </button>
      {open && (
        <Suspense fallback={null}>
          <CameraDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
