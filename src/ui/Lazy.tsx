import { type ReactNode, useEffect, useRef, useState } from 'react';
import { VpdError } from '../errors.ts';
import { importCode } from './import-code.ts';

interface Props<Part> {
  /** Name of the part, as the start of a sentence. */
  readonly what: string;
  /** Imports its code. */
  load(): Promise<Part>;
  /** Called if the code could not be loaded. Unlike with React's `lazy`, mounting the component again retries. */
  onFail(error: VpdError): void;
  children(part: Part): ReactNode;
}

/** A part of the page whose code is loaded when it is first rendered; renders nothing until then. */
export function Lazy<Part>({ what, load, onFail, children }: Props<Part>) {
  const [loaded, setLoaded] = useState<{ readonly part: Part }>();
  // Props of the first render: later ones would load the same code.
  const first = useRef({ what, load });
  const fail = useRef(onFail);
  fail.current = onFail;
  useEffect(() => {
    let unmounted = false;
    importCode(first.current.load).then(
      (part) => unmounted || setLoaded({ part }),
      (cause) =>
        unmounted ||
        fail.current(
          new VpdError(
            'network',
            `${first.current.what} could not be loaded. Check the connection and try again, or reload the page.`,
            { cause },
          ),
        ),
    );
    return () => {
      unmounted = true;
    };
  }, []);
  return loaded && children(loaded.part);
}
