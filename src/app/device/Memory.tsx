import { useEffect, useState } from 'react';
import { formatBytes } from '../../format-bytes.ts';
import { memoryInUse } from './memory.ts';

const NOT_YET = 'not measured';

/** Memory in use, measured whenever the number `request` changes, except while it is 0. */
export function Memory({ request }: { readonly request: number }) {
  const [text, setText] = useState(NOT_YET);
  useEffect(() => {
    if (request === 0) return;
    let current = true;
    setText((known) => (known === NOT_YET ? 'being measured…' : known));
    memoryInUse().then(
      (bytes) => current && setText(bytes === undefined ? 'this browser does not report it' : formatBytes(bytes)),
      () => current && setText('this browser does not report it'),
    );
    return () => {
      current = false;
    };
  }, [request]);
  return text;
}
