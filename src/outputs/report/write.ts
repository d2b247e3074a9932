import type { Snapshot } from '../../storage/session/snapshot.ts';
import { degrees, lensOf } from '../../tasks/depth/lens.ts';
import { maskAtSize } from '../../tasks/refer/files.ts';
import { annotate, cocoText } from '../../tasks/refer/masks/coco.ts';
import { blobToBase64 } from '../base64.ts';
import { createStems } from '../names.ts';
import { createZip, jsonBytes } from '../zip.ts';
import { arraysIn, storeAnswer } from './arrays.ts';
import { masksOf, photoChapter } from './chapters.ts';
import {
  DATA_MARK,
  RECORD_FILE,
  REPORT_VERSION,
  type ReportRecord,
  type StoredPhoto,
  type StoredResult,
} from './format.ts';
import type { ReportPhoto, ReportStart } from './job.ts';
import { PAGE_TAIL, type PhotoChapter, pageHead } from './page.ts';
import type { Codec } from './pictures.ts';

/** A report while it grows, photo by photo. */
export interface ReportWriter {
  add(photo: ReportPhoto): Promise<void>;
  /** One self-contained HTML file: a page for people, and the data from which the workbench goes on. */
  finish(): Promise<Blob>;
}

export function createReport({ facts, snapshot, working }: ReportStart, codec: Codec): ReportWriter {
  const zip = createZip();
  const stemFor = createStems();
  const photos: StoredPhoto[] = [];
  const results: StoredResult[] = [];
  const chapters: PhotoChapter[] = [];
  /** Automatic fields of view of the depth maps. */
  const automatic: number[] = [];
  return {
    async add(photo) {
      const { id, name, width, height, fov, file, answers } = photo;
      const folder = stemFor(name);
      const path = `${folder}/photo${ending(name)}`;
      await zip.add(path, new Uint8Array(await file.arrayBuffer()), true);
      photos.push({ id, file: path, type: file.type, width, height });
      const put = arraysIn(zip, folder);
      for (const answer of answers) {
        results.push(await storeAnswer(put, id, answer));
        if (answer.task === 'depth')
          automatic.push(
            lensOf(snapshot.depth, { width: answer.result.width, height: answer.result.height, fov }, working)
              .automatic,
          );
      }
      const masks = cocoOf(photo, snapshot);
      if (masks) await zip.add(`${folder}/masks.coco.json`, new TextEncoder().encode(masks));
      chapters.push(await photoChapter(photo, snapshot, codec));
    },
    async finish() {
      const named = { format: 'vpd-report', version: REPORT_VERSION } as const;
      await zip.add(RECORD_FILE, jsonBytes({ ...named, ...facts, snapshot, photos, results } satisfies ReportRecord));
      const head = pageHead(facts, chapters, settingsOf(snapshot, automatic));
      const data = await blobToBase64(await zip.close());
      return new Blob([head, DATA_MARK, ...data, PAGE_TAIL], { type: 'text/html' });
    },
  };
}

/** `.jpeg` of a photo's name, if it has one that is plain. */
const ending = (name: string): string => /\.[A-Za-z0-9]{1,5}$/.exec(name)?.[0] ?? '';

/** The masks as they are shown, edits and all, at the photo's size. */
function cocoOf(photo: ReportPhoto, snapshot: Snapshot): string | undefined {
  const masks = masksOf(photo, snapshot);
  const { name, width, height } = photo;
  if (masks.length === 0) return undefined;
  return cocoText([
    {
      file: name,
      width,
      height,
      masks: masks.map(({ item, shape }) => {
        const { plane } = shape;
        const mask = maskAtSize({ ...plane, plane: plane.data, threshold: item.threshold }, photo);
        const { name: label, prompt, threshold, strokes } = item;
        return annotate({ name: label, prompt, threshold, edited: strokes.length > 0, mask }, width, height, 'rle');
      }),
    },
  ]);
}

/** What was chosen, in words. */
function settingsOf(
  { task, prompt, depth, refer, segment }: Snapshot,
  automatic: readonly number[],
): (readonly [string, string])[] {
  const named = { depth: { ...depth, fov: fovWords(depth, automatic) }, find: refer, classes: segment };
  return [
    ['task', task],
    ['prompt', prompt],
    ...Object.entries(named).flatMap(([group, view]) =>
      Object.entries(view).map(([name, value]) => [`${group}: ${name}`, shown(value)] as const),
    ),
  ];
}

const shown = (value: unknown): string =>
  value === undefined ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** The field of view as chosen; where it was not, what it is for the photos of the report. */
function fovWords({ fov }: Snapshot['depth'], automatic: readonly number[]): string {
  if (fov !== undefined) return degrees(fov);
  if (automatic.length === 0) return 'automatic';
  const [least, most] = [degrees(Math.min(...automatic)), degrees(Math.max(...automatic))];
  return least === most ? `automatic, ${least}` : `automatic, ${least} to ${most} by the photo’s shape and lens`;
}
