import { useState } from 'react';
import { Icon } from '../../ui/Icon.tsx';
import { Late } from '../../ui/Late.tsx';
import { useWorkbench } from '../context.ts';

/** Opens the camera; nothing is asked of it before. */
export function CameraButton() {
  const { session } = useWorkbench();
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
        <Late
          what="The window of the camera"
          load={() => import('./CameraDialog.tsx')}
          onFail={(error) => {
            setOpen(false);
            session.report(error);
          }}
        >
          {({ CameraDialog }) => <CameraDialog onClose={() => setOpen(false)} />}
        </Late>
      )}
    </>
  );
}
