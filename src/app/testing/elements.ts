import { vi } from 'vitest';

/** What keys and pasted things are aimed at. */
interface Elements {
  /** Something inside an element with this tag or attribute. */
  element(around: string): EventTarget;
  input(type: string, checked?: boolean): EventTarget;
}

/** As much of the DOM's elements as tells what takes keys; in the place of the global ones until they are unstubbed. */
export function stubElements(): Elements {
  class Element extends EventTarget {
    constructor(readonly around: string) {
      super();
    }
    closest(selector: string): Element | null {
      return selector.split(', ').includes(this.around) ? this : null;
    }
  }
  class HTMLInputElement extends Element {
    constructor(
      readonly type: string,
      readonly checked = false,
    ) {
      super('input');
    }
  }
  vi.stubGlobal('Element', Element);
  vi.stubGlobal('HTMLInputElement', HTMLInputElement);
  return {
    element: (around) => new Element(around),
    input: (type, checked) => new HTMLInputElement(type, checked),
  };
}
