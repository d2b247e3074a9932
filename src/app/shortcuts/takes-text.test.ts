import { afterEach, expect, test, vi } from 'vitest';
import { stubElements } from '../testing/elements.ts';
import { takesCharacters, takesText } from './takes-text.ts';

afterEach(() => vi.unstubAllGlobals());

test('elements that take text keep their keys; elsewhere keys are shortcuts', () => {
  const { element, input } = stubElements();
  for (const type of ['text', 'number', 'url', 'search']) expect(takesText(input(type)), type).toBe(true);
  for (const type of ['range', 'checkbox', 'radio', 'file', 'color']) expect(takesText(input(type)), type).toBe(false);
  for (const around of ['textarea', '[contenteditable]']) {
    expect(takesText(element(around)), around).toBe(true);
    expect(takesCharacters(element(around)), around).toBe(true);
  }
  expect(takesText(element('select'))).toBe(false);
  expect(takesCharacters(element('select'))).toBe(true);
  expect(takesCharacters(input('text'))).toBe(true);
  expect(takesCharacters(input('range'))).toBe(false);
  expect(takesText(element('button'))).toBe(false);
  expect(takesText(new EventTarget())).toBe(false);
  expect(takesText(null)).toBe(false);
});
