import { Icon } from '../../ui/Icon.tsx';
import { LazyDialogButton } from '../../ui/LazyDialogButton.tsx';
import { useWorkbench } from '../context.ts';

/** Opens the camera dialog; the browser asks for permission only then. */
export function CameraButton() {
  const { session } = useWorkbench();
  // Insecure pages have no camera API.
  if (!('mediaDevices' in navigator)) return null;
  return (
    <LazyDialogButton
      className="icon-button"
      aria-label="Take a photo"
      title="Take a photo with the camera"
      face={<Icon name="camera" />}
      what="The camera window"
      load={() => import('./CameraDialog.tsx')}
      onFail={session.showError}
    >
      {({ CameraDialog }, { leave }) => <CameraDialog onClose={leave} />}
    </LazyDialogButton>
  );
}
