import { expect, test } from 'vitest';
import { resolutionNote } from './bar-note.ts';

const PHOTO = { width: 6000, height: 4000 };
const BITMAP = { width: 2048, height: 1365 };

test('a bitmap smaller than the photo is mentioned once it is enlarged', () => {
  expect(resolutionNote(PHOTO, BITMAP, 2048)).toBeUndefined();
  expect(resolutionNote(PHOTO, BITMAP, 2049)).toBe('Shown at 2048 × 1365; the photo has 6000 × 4000 pixels');
  expect(resolutionNote(BITMAP, BITMAP, 6000), 'all of the photo is drawn').toBeUndefined();
});
