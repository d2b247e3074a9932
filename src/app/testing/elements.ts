import { vi } from 'vitest';

/** Makes targets of key and paste events. */
interface Elements {
  /** Makes an element inside one with this tag or attribute. */
  element(around: string): EventTarget;
  input(type: string, checked?: boolean): EventTarget;
}

/** Stubs the global element classes for code that checks which elements take keys, until `vi.unstubAllGlobals()`. */
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
