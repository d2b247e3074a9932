import { VpdError } from '../../errors.ts';
import type { Answered } from '../../outputs/report/protocol.ts';
import type { Origin } from '../../storage/session/record.ts';
import type { Snapshot } from '../../storage/session/snapshot.ts';
import { applySnapshot } from '../persistence/snapshot.ts';
import type { Photos } from '../photos/photos.ts';
import { depthKey, referKey, segmentKey } from '../results/result-keys.ts';
import type { TaskResult } from '../results/results.ts';
import type { SessionParts } from '../session-parts.ts';
import { reportWorker } from './client.ts';

/**
 * Returns an imported result with its key. A mask is stored as zero-shot only if it is one and the report shows zero-shot masks, so that a
 * mask of a model without a head is found with zero-shot off, too.
 */
function keyed(
  photo: string,
  answer: Answered,
  { zeroShot }: Snapshot['refer'],
  origin: Origin,
): readonly [key: string, result: TaskResult] {
  switch (answer.task) {
    case 'depth':
      return [depthKey(photo, answer.scene), { task: 'depth', result: answer.result, origin }];
    case 'refer':
      return [
        referKey(photo, answer.prompt, zeroShot && answer.result.zeroShot === true),
        { task: 'refer', result: answer.result, origin },
      ];
    case 'segment':
      return [segmentKey(photo), { task: 'segment', result: answer.result, origin }];
  }
}

/** Reads a report in a worker, as data, and adds its photos, results and settings to the session. */
export async function openReport(
  { store, results }: SessionParts,
  { appendFiles, select }: Photos,
  file: File,
): Promise<void> {
  const worker = reportWorker();
  try {
    const answer = await worker.ask({ kind: 'read', file, name: file.name });
    if (answer.kind !== 'read') throw new VpdError('internal', 'The report worker did not read the report.');
    const { facts, snapshot, photos } = answer.contents;
    const ids = appendFiles(photos.map((photo) => new File([photo.file], photo.name, { type: photo.file.type })));
    /** Photo of the report → photo here. */
    const idsHere = new Map<string, string>();
    photos.forEach((photo, at) => {
      const id = ids[at];
      if (id === undefined) return;
      idsHere.set(photo.id, id);
      for (const each of photo.answers) {
        const origin = { from: `the report ${file.name}`, pack: each.pack ?? facts.pack };
        results.set(...keyed(id, each, snapshot.refer, origin));
      }
    });
    applySnapshot(store, snapshot, idsHere, select);
    store.setState({ revision: store.getState().revision + 1 });
  } finally {
    worker.end();
  }
}
