import type { BatchOutcome } from '../../outputs/batch/protocol.ts';
import type { Answered } from '../../outputs/report/protocol.ts';
import { findMask, NO_MASKS, plainMask } from '../../tasks/refer/masks/masks.ts';
import type { Photos } from '../photos/photos.ts';
import { answersFor, type ReportBasis, sizeOf } from '../report/answers.ts';
import type { SessionParts } from '../session-parts.ts';
import type { PhotoItem } from '../store.ts';
import type { PhotoOutcome } from './computed.ts';

type Parts = Pick<SessionParts, 'results' | 'makeBitmap'> & Pick<Photos, 'fileOf' | 'suppliedResults'>;

/** Names the listed masks without a result in a sentence; undefined if there are none. */
function notComputed({ masks }: ReportBasis, photo: string, answers: readonly Answered[]): string | undefined {
  const found = new Set(answers.flatMap((answer) => (answer.task === 'refer' ? [answer.prompt] : [])));
  const missing = (masks[photo]?.items ?? []).filter(({ prompt }) => !found.has(prompt));
  if (missing.length === 0) return undefined;
  const names = missing.map(({ name }) => `“${name}”`).join(', ');
  const [what, them] =
    missing.length === 1 ? ['1 of its masks is', 'it'] : [`${missing.length} of its masks are`, 'them'];
  return `${what} not computed: ${names}. Select the photo in Find to compute ${them}.`;
}

function outcomeOf(answer: Answered, { masks }: ReportBasis, photo: string): BatchOutcome {
  const model = answer.pack ? { model: answer.pack.name } : {};
  switch (answer.task) {
    case 'depth':
      return { ...model, task: 'depth', result: answer.result, scene: answer.scene };
    case 'refer': {
      const mask = findMask(masks[photo] ?? NO_MASKS, answer.prompt) ?? plainMask(answer.prompt);
      return { ...model, task: 'refer', result: answer.result, mask };
    }
    case 'segment':
      return { ...model, task: 'segment', result: answer.result };
  }
}

/**
 * Returns what the session has of a photo, which a report includes too: depth, classes, and the listed masks as they are shown. Nothing is
 * computed.
 * @param onProblem Called if some of the results on disk cannot be read, or if listed masks have no result.
 */
export async function* presentOutcomes(
  parts: Parts,
  basis: ReportBasis,
  photo: PhotoItem,
  signal: AbortSignal,
  onProblem: (message: string) => Promise<void>,
): AsyncGenerator<PhotoOutcome> {
  const { results, makeBitmap, fileOf, suppliedResults } = parts;
  const { id, name } = photo;
  const { answers, lost } = await answersFor(results, suppliedResults, id, basis, signal);
  signal.throwIfAborted();
  const size = await sizeOf(photo, () => fileOf(photo), makeBitmap);
  // In the order of the list, since the results may have been computed in any other.
  const place = (answer: Answered) =>
    answer.task === 'refer' ? (basis.masks[id]?.items ?? []).findIndex(({ prompt }) => prompt === answer.prompt) : 0;
  const ordered = [...answers].sort((a, b) => (a.task === b.task ? place(a) - place(b) : 0));
  for (const answer of ordered) yield { photo: { id, name, ...size }, outcome: outcomeOf(answer, basis, id) };
  if (lost > 0) await onProblem('Some of its saved results cannot be read. Select the photo to compute them again.');
  const missing = notComputed(basis, id, answers);
  if (missing !== undefined) await onProblem(missing);
}
