/** Time between two downloads, in ms. Of those that start at the same moment, WebKit (Safari) saves only the last; 10 ms suffice in its version 2.50. */
const GAP_MS = 200;

/** When the next download may start, as `performance.now()` counts. */
let free = 0;

/** Saves a file as a download of the browser; nothing is uploaded. */
export function saveFile(name: string, parts: Blob | Uint8Array, type: string): void {
  const blob = parts instanceof Blob ? parts : new Blob([new Uint8Array(parts)], { type });
  const wait = Math.max(0, free - performance.now());
  free = performance.now() + wait + GAP_MS;
  if (wait > 0) setTimeout(() => startDownload(name, blob), wait);
  else startDownload(name, blob);
}

function startDownload(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The click only starts the download, which still reads the URL afterwards.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
