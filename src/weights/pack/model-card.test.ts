import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readModelCard } from './model-card.ts';

test('formats the figures of each set; figures that were not measured are undefined', () => {
  const card = readModelCard({
    sees: 'Rooms.',
    misses: 'People.',
    data: ['8000 rooms'],
    heldOut: {
      scenes: { depth: { rmse: 0.626, delta1: 0.802, absRel: 0.1, images: 200 }, refer: { oIoU: 0.473, count: 800 } },
      mine: { segment: { mIoU: 0.114, accuracy: 0.421, classes: 26 } },
    },
  });
  expect(card).toEqual({
    sees: 'Rooms.',
    misses: 'People.',
    data: ['8000 rooms'],
    sets: ['generated rooms', 'mine'],
    figures: [
      { name: 'Depth: RMSE, share within 25 %', values: ['0.63 m, 80 % (200 photos)', undefined] },
      { name: 'Words: overall IoU', values: ['0.47 (800 phrases)', undefined] },
      { name: 'Classes: mean IoU, right pixels', values: [undefined, '0.11 (26 classes), 42 %'] },
    ],
  });
});

test.each([
  ['nothing', {}],
  ['a converted checkpoint', { sources: [{ name: 'a.pth' }] }],
  ['nonsense', { sees: 3, data: 'photos', heldOut: { scenes: { depth: { rmse: 'low' } } } }],
])('no card from %s', (_, provenance) => expect(readModelCard(provenance)).toBeUndefined());

test('a card that is too long is truncated, not refused', () => {
  const card = readModelCard({ sees: 'x'.repeat(10_000), data: new Array(1000).fill('y') });
  expect(card?.sees).toHaveLength(400);
  expect(card?.data).toHaveLength(12);
  const sets = Array.from({ length: 9 }, (_, i) => [`set ${i}`, { refer: { oIoU: 0.5, count: 1 } }]);
  const measured = readModelCard({ heldOut: Object.fromEntries(sets) });
  expect(measured?.sets).toHaveLength(4);
  expect(measured?.figures, 'only figures that were measured').toEqual([
    { name: 'Words: overall IoU', values: new Array(4).fill('0.50 (1 phrases)') },
  ]);
});

test('the embedded pack has a complete card', () => {
  const config = JSON.parse(readFileSync(join(import.meta.dirname, '../../../models/tiny/config.json'), 'utf8'));
  const card = readModelCard(config.provenance);
  expect(card?.sees).toMatch(/room/i);
  expect(card?.misses).toMatch(/people/i);
  expect(card?.data.length).toBeGreaterThan(1);
  expect(card?.sets).toEqual(['generated rooms', 'NYU photographs of rooms']);
  expect(card?.figures).toHaveLength(3);
});
