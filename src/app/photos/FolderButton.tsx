import { FileButton, type FileButtonProps } from './FileButton.tsx';

interface Props extends FileButtonProps {
  onFolder(files: readonly File[]): void;
}

/** Some browsers, mainly on phones, cannot pick folders. */
const canPickFolders = 'webkitdirectory' in HTMLInputElement.prototype;

/** Opens the browser's picker for folders; absent where there is none. */
export function FolderButton({ onFolder, ...button }: Props) {
  return canPickFolders ? <FileButton {...button} pick="folder" onFiles={onFolder} /> : null;
}
