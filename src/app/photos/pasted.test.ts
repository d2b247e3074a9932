import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stubElements } from '../testing/elements.ts';
import { pastedImages } from './pasted.ts';

const image = new File(['x'], 'image.png', { type: 'image/png' });
const holding = (types: readonly string[], files: readonly File[]) =>
  Object.assign(Object.create(null), { types, files });

/** Clipboard data of spreadsheets and word processors. */
const cells = holding(['text/plain', 'text/html', 'text/rtf', 'Files'], [image]);
/** Clipboard data of a picture copied in a browser. */
const picture = holding(['text/html', 'Files'], [image]);

let box: EventTarget;
let button: EventTarget;
let select: EventTarget;
/** The modal dialog that is open. */
let dialog: EventTarget | null;

beforeEach(() => {
  const { element, input } = stubElements();
  [box, button, select] = [input('text'), element('button'), element('select')];
  dialog = null;
  vi.stubGlobal('document', { querySelector: () => dialog });
});
afterEach(() => vi.unstubAllGlobals());

test('data with text and a picture are text in a text box, and a photo anywhere else', () => {
  expect(pastedImages({ target: box, clipboardData: cells })).toEqual([]);
  for (const target of [button, select]) expect(pastedImages({ target, clipboardData: cells })).toEqual([image]);
});

test('a picture is a photo wherever it is pasted; other files are ignored', () => {
  const letter = new File(['x'], 'letter.txt', { type: 'text/plain' });
  expect(pastedImages({ target: box, clipboardData: picture })).toEqual([image]);
  expect(pastedImages({ target: button, clipboardData: holding(['Files'], [letter, image]) })).toEqual([image]);
  expect(pastedImages({ target: button, clipboardData: null })).toEqual([]);
});

test('nothing is pasted while a modal dialog is open', () => {
  dialog = new EventTarget();
  for (const target of [box, button]) expect(pastedImages({ target, clipboardData: picture })).toEqual([]);
});
