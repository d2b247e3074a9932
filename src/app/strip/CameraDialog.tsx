import { useEffect, useRef, useState } from 'react';
import { toVpdError } from '../../errors.ts';
import { Choice } from '../../ui/Choice.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { useWorkbench } from '../context.ts';
import { cameraOf, closeCamera, listCameras, openCamera, takePhoto } from './camera.ts';
import './camera.css';

/** Shows the camera's picture and a shutter. The camera is on only while this is open. */
export function CameraDialog({ onClose }: { onClose(): void }) {
  const { session } = useWorkbench();
  const dialog = useRef<HTMLDialogElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [cameras, setCameras] = useState<Awaited<ReturnType<typeof listCameras>>>([]);
  /** The chosen camera; `opened` is the one that the browser opened. */
  const [device, setDevice] = useState<string>();
  const [opened, setOpened] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [live, setLive] = useState(false);
  const [shooting, setShooting] = useState(false);

  useEffect(() => dialog.current?.showModal(), []);

  useEffect(() => {
    let stream: MediaStream | undefined;
    let gone = false;
    setLive(false);
    setProblem(undefined);
    openCamera(device)
      .then(async (given) => {
        stream = given;
        // The dialog was closed while the browser asked for permission.
        if (gone || !video.current) return closeCamera(given);
        video.current.srcObject = given;
        setOpened(cameraOf(given));
        setCameras(await listCameras());
      })
      .catch((thrown: unknown) => !gone && setProblem(toVpdError(thrown).message));
    return () => {
      gone = true;
      closeCamera(stream);
    };
  }, [device]);

  async function shoot(): Promise<void> {
    if (!video.current) return;
    setShooting(true);
    try {
      session.addFiles([await takePhoto(video.current)]);
      dialog.current?.close();
    } catch (thrown) {
      setProblem(toVpdError(thrown).message);
      setShooting(false);
    }
  }

  return (
    <Dialog ref={dialog} title="Take a photo" onClose={onClose}>
      {problem ? (
        <p className="field-error" role="alert">
          {problem}
        </p>
      ) : (
        <video
          ref={video}
          className="camera"
          autoPlay
          playsInline
          muted
          aria-label="What the camera sees"
          data-live={live || undefined}
          onLoadedData={() => setLive(true)}
        />
      )}
      <div className="row">
        {cameras.length > 1 && (
          <Choice label="Camera" value={device ?? opened ?? ''} options={cameras} onChange={setDevice} />
        )}
        <button
          type="button"
          className="button primary"
          disabled={!live || !!problem || shooting}
          onClick={() => void shoot()}
        >
          <Icon name="camera" /> Take the photo
        </button>
      </div>
      <p className="quiet">The picture stays on this machine, as all photos here do.</p>
    </Dialog>
  );
}
