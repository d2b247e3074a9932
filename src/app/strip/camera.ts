import { VpdError } from '../../errors.ts';

/** As fine as the camera can: photos are shrunk for the model anyway, but masks and cut-outs are not. */
const FINE = { width: { ideal: 4096 }, height: { ideal: 2160 } };
/** Hard to tell from the sensor's own picture, and a tenth of a PNG. */
const JPEG_QUALITY = 0.95;

const SENTENCES: Readonly<Record<string, string>> = {
  NotAllowedError:
    'The browser did not let this page use the camera; allow it beside the address, or choose a photo instead.',
  NotFoundError: 'No camera was found on this machine; plug one in and try again, or choose a photo instead.',
  NotReadableError: 'The camera is in use by another program, or switched off; close that program and try again.',
  OverconstrainedError: 'That camera is gone; choose another one.',
};

/**
 * Asks for the picture of a camera, without sound.
 * @param device Id of a camera; without it, the one that looks away from the user.
 * @throws VpdError missing, in one sentence: not allowed, none there, or in use
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

/** Id of the camera that gives a stream. */
export const cameraOf = (stream: MediaStream): string | undefined => stream.getVideoTracks()[0]?.getSettings().deviceId;

/** Cameras by id; they have names once one of them was allowed. */
export async function listCameras(): Promise<readonly { readonly value: string; readonly label: string }[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
    .map(({ deviceId, label }, i) => ({ value: deviceId, label: label || `Camera ${i + 1}` }));
}

/** `camera 2026-11-23 09.31.05.jpg`: the hour it was taken, in names that every system takes. */
function nameNow(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  return `camera ${day} ${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('.')}.jpg`;
}

/** What the camera sees now, as a file. */
export async function takePhoto(video: HTMLVideoElement): Promise<File> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
  if (!blob) throw new VpdError('no-memory', 'There was no memory for the photo; close other pages and try again.');
  return new File([blob], nameNow(new Date()), { type: blob.type });
}
