import { useWorkbench } from '../context.ts';
import { FileButton, type FileButtonProps } from './FileButton.tsx';

/** Photos and reports. */
const ACCEPT = { accept: 'image/*,.html' };

/** Opens the file picker for photos and reports. */
export function PickButton(button: FileButtonProps) {
  const { session } = useWorkbench();
  return <FileButton {...button} pick={ACCEPT} onFiles={(files) => session.addFiles(files)} />;
}
