import { VpdError } from '../../errors.ts';

/** The highest resolution of the camera: photos are shrunk for the model, but masks and cut-outs have the photo's size. */
const FINE = { width: { ideal: 4096 }, height: { ideal: 2160 } };
/** Hardly visible loss at a tenth of the size of a PNG. */
const JPEG_QUALITY = 0.95;

const SENTENCES: Readonly<Record<string, string>> = {
  NotAllowedError:
    'The browser did not let this page use the camera; allow it next to the address bar, or choose a photo instead.',
  NotFoundError: 'No camera was found on this machine; plug one in and try again, or choose a photo instead.',
  NotReadableError: 'The camera is in use by another program, or switched off; close that program and try again.',
  OverconstrainedError: 'That camera is gone; choose another one.',
};

/**
 * Opens the video stream of a camera, without sound.
 * @param device Id of a camera; undefined for the one that faces away from the user.
 * @throws VpdError missing: not allowed, no camera, or in use
 */
export async function openCamera(device: string | undefined): Promise<MediaStream> {
  try {
    const which = device === undefined ? { facingMode: 'environment' } : { deviceId: { exact: device } };
    return await navigator.mediaDevices.getUserMedia({ video: { ...FINE, ...which }, audio: false });
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : '';
    const message = SENTENCES[name] ?? `The camera could not be opened (${name}); choose a photo instead.`;
    throw new VpdError('missing', message, { cause });
  }
}

export function closeCamera(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Returns the id of a stream's camera. */
export const cameraOf = (stream: MediaStream): string | undefined => stream.getVideoTracks()[0]?.getSettings().deviceId;

/** Returns the cameras with their ids. Browsers reveal their names only after the use of one was allowed. */
export async function listCameras(): Promise<readonly { readonly value: string; readonly label: string }[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
    .map(({ deviceId, label }, i) => ({ value: deviceId, label: label || `Camera ${i + 1}` }));
}

/** Returns a file name with the local time, valid on every system: `camera 2026-11-23 09.31.05.jpg`. */
function nameNow(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  return `camera ${day} ${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('.')}.jpg`;
}

/** Takes the current frame of a video as a JPEG file. */
export async function takePhoto(video: HTMLVideoElement): Promise<File> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
  if (!blob)
    throw new VpdError('no-memory', 'There is not enough memory for the photo; close other pages and try again.');
  return new File([blob], nameNow(new Date()), { type: blob.type });
}
