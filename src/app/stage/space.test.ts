import { afterEach, expect, test, vi } from 'vitest';
import { usesSpace } from './space.ts';

afterEach(() => vi.unstubAllGlobals());

test('Space belongs to what it types into or presses, and to the hand everywhere else', () => {
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
  for (const around of ['button', 'summary', 'textarea', 'select', '[contenteditable]'])
    expect(usesSpace(new Element(around)), around).toBe(true);
  for (const type of ['text', 'number', 'checkbox', 'radio', 'file'])
    expect(usesSpace(new HTMLInputElement(type)), type).toBe(true);
  expect(usesSpace(new HTMLInputElement('checkbox', true))).toBe(true);
  // As the brush is, once it has been chosen by a click, and the slider of its size.
  expect(usesSpace(new HTMLInputElement('radio', true))).toBe(false);
  expect(usesSpace(new HTMLInputElement('range'))).toBe(false);
  expect(usesSpace(new Element('body'))).toBe(false);
  expect(usesSpace(null)).toBe(false);
});
