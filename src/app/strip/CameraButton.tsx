import { Icon } from '../../ui/Icon.tsx';
import { LateDialogButton } from '../../ui/LateDialogButton.tsx';
import { useWorkbench } from '../context.ts';

/** Opens the camera dialog; only that asks for permission to use the camera. */
export function CameraButton() {
  const { session } = useWorkbench();
  // Insecure pages have no camera API.
  if (!('mediaDevices' in navigator)) return null;
  return (
    <LateDialogButton
      className="icon-button"
      aria-label="Take a photo"
      title="Take a photo with the camera"
      face={<Icon name="camera" />}
      what="The window of the camera"
      load={() => import('./CameraDialog.tsx')}
      onFail={session.tell}
    >
      {({ CameraDialog }, { leave }) => <CameraDialog onClose={leave} />}
    </LateDialogButton>
  );
}
