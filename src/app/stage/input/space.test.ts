import { afterEach, expect, test, vi } from 'vitest';
import { stubElements } from '../../testing/elements.ts';
import { usesSpace } from './space.ts';

afterEach(() => vi.unstubAllGlobals());

test('Space belongs to fields that take text and to controls that it presses; elsewhere it moves the photo', () => {
  const { element, input } = stubElements();
  for (const around of ['button', 'summary', 'textarea', 'select', '[contenteditable]'])
    expect(usesSpace(element(around)), around).toBe(true);
  for (const type of ['text', 'number', 'checkbox', 'radio', 'file']) expect(usesSpace(input(type)), type).toBe(true);
  expect(usesSpace(input('checkbox', true))).toBe(true);
  // The brush's radio button and size slider keep the focus after a click, and Space must still move the photo.
  expect(usesSpace(input('radio', true))).toBe(false);
  expect(usesSpace(input('range'))).toBe(false);
  expect(usesSpace(element('body'))).toBe(false);
  expect(usesSpace(null)).toBe(false);
});
