import { useEffect, useState } from 'react';
import { formatBytes } from '../../format-bytes.ts';
import { memoryInUse } from './memory.ts';

const NOT_YET = 'not measured';

/** Memory in use, measured again whenever `asked` changes; not before it is more than 0. */
export function Memory({ asked }: { readonly asked: number }) {
  const [text, setText] = useState(NOT_YET);
  useEffect(() => {
    if (asked === 0) return;
    let current = true;
    setText((known) => (known === NOT_YET ? 'being measured…' : known));
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
