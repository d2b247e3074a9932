/** Saves a file as a download of the browser; nothing is uploaded. */
export function saveFile(name: string, parts: Blob | Uint8Array, type: string): void {
  const blob = parts instanceof Blob ? parts : new Blob([new Uint8Array(parts)], { type });
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The click only starts the download, which still reads the URL afterwards.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
