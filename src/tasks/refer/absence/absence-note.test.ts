import { expect, test } from 'vitest';
import type { AbsenceModel } from '../../../vpd/absence.ts';
import { absenceNote } from './absence-note.ts';

const model: AbsenceModel = {
  weights: { peak: -1, area: 0, words: 0, contrast: 0 },
  bias: 0,
  threshold: 0.7,
  heldOut: { present: 400, absent: 380, precision: 0.81, recall: 0.44, auc: 0.79 },
};

test('above the threshold the note says how sure it is and how often such notes are right', () => {
  const note = absenceNote(0.78, model);
  expect(note?.sure).toBe('78\u00a0%\u00a0sure');
  expect(note?.why).toContain(
    'right 81 % of the time and is shown for 44 % of the things that are absent: measured on 780 phrases',
  );
});

test('there is no note up to the threshold, or without calibration', () => {
  expect(absenceNote(0.7, model)).toBeUndefined();
  expect(absenceNote(undefined, model)).toBeUndefined();
  expect(absenceNote(0.99, undefined)).toBeUndefined();
});
