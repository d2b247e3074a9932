import { type ReactNode, useEffect, useRef, useState } from 'react';
import { VpdError } from '../errors.ts';
import { importCode } from './import-code.ts';

interface Props<Part> {
  /** What it is, as the start of a sentence. */
  readonly what: string;
  /** Imports its code. */
  load(): Promise<Part>;
  /** Told that the code did not come. Mounted anew, it is asked for again, which React's own `lazy` never does. */
  onFail(error: VpdError): void;
  children(part: Part): ReactNode;
}

/** A part of the page whose code is loaded when it is first shown; nothing until it is there. */
export function Late<Part>({ what, load, onFail, children }: Props<Part>) {
  const [loaded, setLoaded] = useState<{ readonly part: Part }>();
  // As of the first time: the same code would come a second time.
  const first = useRef({ what, load });
  const tell = useRef(onFail);
  tell.current = onFail;
  useEffect(() => {
    let gone = false;
    importCode(first.current.load).then(
      (part) => gone || setLoaded({ part }),
      (cause) =>
        gone ||
        tell.current(
          new VpdError(
            'network',
            `${first.current.what} could not be loaded. Check the connection and try again, or reload the page.`,
            { cause },
          ),
        ),
    );
    return () => {
      gone = true;
    };
  }, []);
  return loaded && children(loaded.part);
}
