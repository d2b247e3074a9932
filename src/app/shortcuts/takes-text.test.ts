import { afterEach, expect, test, vi } from 'vitest';
import { takesCharacters, takesText } from './takes-text.ts';

afterEach(() => vi.unstubAllGlobals());

test('keys belong to what takes text, and to shortcuts everywhere else', () => {
  class Element extends EventTarget {
    constructor(readonly around: string) {
      super();
    }
    closest(selector: string): Element | null {
      return selector.split(', ').includes(this.around) ? this : null;
    }
  }
  class HTMLInputElement extends Element {
    constructor(readonly type: string) {
      super('input');
    }
  }
  vi.stubGlobal('Element', Element);
  vi.stubGlobal('HTMLInputElement', HTMLInputElement);
  for (const type of ['text', 'number', 'url', 'search'])
    expect(takesText(new HTMLInputElement(type)), type).toBe(true);
  for (const type of ['range', 'checkbox', 'radio', 'file', 'color'])
    expect(takesText(new HTMLInputElement(type)), type).toBe(false);
  for (const around of ['textarea', '[contenteditable]']) {
    expect(takesText(new Element(around)), around).toBe(true);
    expect(takesCharacters(new Element(around)), around).toBe(true);
  }
  expect(takesText(new Element('select'))).toBe(false);
  expect(takesCharacters(new Element('select'))).toBe(true);
  expect(takesCharacters(new HTMLInputElement('text'))).toBe(true);
  expect(takesCharacters(new HTMLInputElement('range'))).toBe(false);
  expect(takesText(new Element('button'))).toBe(false);
  expect(takesText(new EventTarget())).toBe(false);
  expect(takesText(null)).toBe(false);
});
