import { useEffect, useState } from 'react';
import { formatBytes } from '../ui/format.ts';
import { memoryInUse } from './memory.ts';

/** Memory in use, measured again whenever `asked` changes; not before it is more than 0. */
export function Memory({ asked }: { readonly asked: number }) {
  const [text, setText] = useState('not measured');
  useEffect(() => {
    if (asked === 0) return;
    let current = true;
    setText('being measured…');
    memoryInUse().then(
      (bytes) => current && setText(bytes === undefined ? 'this browser does not tell' : formatBytes(bytes)),
      () => current && setText('this browser does not tell'),
    );
    return () => {
      current = false;
    };
  }, [asked]);
  return text;
}
