import { useEffect, useState } from 'react';
import { useWorkbench } from '../context.ts';
import { openDrop, receiveDrop } from './dropped.ts';
import { pastedImages } from './pasted.ts';
import './drop-layer.css';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** Receives files and folders dropped anywhere on the page, and pasted images. */
export function DropLayer() {
  const { session, store } = useWorkbench();
  const [over, setOver] = useState(false);

  useEffect(() => {
    // Enter and leave also fire between the page's own elements, so they are counted.
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth++;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const move = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    };
    const drop = (event: DragEvent) => {
      depth = 0;
      setOver(false);
      if (!hasFiles(event)) return;
      // Otherwise the browser leaves the page to show the file.
      event.preventDefault();
      void openDrop(event.dataTransfer).then((drop) => receiveDrop(drop, { session, store }));
    };
    const paste = (event: ClipboardEvent) => {
      const files = pastedImages(event);
      if (files.length === 0) return;
      event.preventDefault();
      session.addFiles(files);
    };
    const listening = new AbortController();
    const { signal } = listening;
    window.addEventListener('dragenter', enter, { signal });
    window.addEventListener('dragleave', leave, { signal });
    window.addEventListener('dragover', move, { signal });
    window.addEventListener('drop', drop, { signal });
    window.addEventListener('paste', paste, { signal });
    return () => listening.abort();
  }, [session, store]);

  return (
    <div className="drop-layer" data-over={over || undefined} aria-hidden="true">
      <span>Drop files or folders to open them</span>
    </div>
  );
}
