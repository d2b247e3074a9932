import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stubElements } from '../testing/elements.ts';
import { pastedImages } from './pasted.ts';

const image = new File(['x'], 'image.png', { type: 'image/png' });
const holding = (types: readonly string[], files: readonly File[]) =>
  Object.assign(Object.create(null), { types, files });

/** As spreadsheets and word processors copy. */
const cells = holding(['text/plain', 'text/html', 'text/rtf', 'Files'], [image]);
/** As browsers copy a picture. */
const picture = holding(['text/html', 'Files'], [image]);

let box: EventTarget;
let button: EventTarget;
let select: EventTarget;

beforeEach(() => {
  const { element, input } = stubElements();
  [box, button, select] = [input('text'), element('button'), element('select')];
});
afterEach(() => vi.unstubAllGlobals());

test('what was copied as text and as a picture is text in a text box, a photo anywhere else', () => {
  expect(pastedImages({ target: box, clipboardData: cells })).toEqual([]);
  for (const target of [button, select]) expect(pastedImages({ target, clipboardData: cells })).toEqual([image]);
});

test('a picture is a photo wherever it is pasted; other files are left alone', () => {
  const letter = new File(['x'], 'letter.txt', { type: 'text/plain' });
  expect(pastedImages({ target: box, clipboardData: picture })).toEqual([image]);
  expect(pastedImages({ target: button, clipboardData: holding(['Files'], [letter, image]) })).toEqual([image]);
  expect(pastedImages({ target: button, clipboardData: null })).toEqual([]);
});
