import { afterEach, expect, test, vi } from 'vitest';
import { stubElements } from '../testing/elements.ts';
import { usesSpace } from './space.ts';

afterEach(() => vi.unstubAllGlobals());

test('Space belongs to what it types into or presses, and to the hand everywhere else', () => {
  const { element, input } = stubElements();
  for (const around of ['button', 'summary', 'textarea', 'select', '[contenteditable]'])
    expect(usesSpace(element(around)), around).toBe(true);
  for (const type of ['text', 'number', 'checkbox', 'radio', 'file']) expect(usesSpace(input(type)), type).toBe(true);
  expect(usesSpace(input('checkbox', true))).toBe(true);
  // As the brush is, once it has been chosen by a click, and the slider of its size.
  expect(usesSpace(input('radio', true))).toBe(false);
  expect(usesSpace(input('range'))).toBe(false);
  expect(usesSpace(element('body'))).toBe(false);
  expect(usesSpace(null)).toBe(false);
});
