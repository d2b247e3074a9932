import { ofPhotos, type Snapshot } from '../../storage/session/snapshot.ts';
import { degrees, lensOf } from '../../tasks/depth/lens.ts';
import { maskAtSize } from '../../tasks/refer/mask-files.ts';
import { annotate, cocoText } from '../../tasks/refer/masks/coco.ts';
import { isEdited } from '../../tasks/refer/masks/masks.ts';
import { base64Length, blobToBase64 } from '../base64.ts';
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
import { assertReadable, REPORT_LIMITS, type ReportSize } from './limits.ts';
import { beforeData, chapterHtml, PAGE_TAIL, pageHead } from './page.ts';
import type { Codec } from './pictures.ts';
import type { ReportPhoto, ReportStart } from './protocol.ts';

/** Writes a report photo by photo. */
export interface ReportWriter {
  /** @throws VpdError bad-request: with this photo the report could not be opened again */
  add(photo: ReportPhoto): Promise<void>;
  /** Returns one self-contained HTML file: a page for people, and the data with which the workbench continues. */
  finish(): Promise<Blob>;
}

export function createReport(
  { facts, snapshot, working }: ReportStart,
  codec: Codec,
  limits: ReportSize = REPORT_LIMITS,
): ReportWriter {
  const zip = createZip();
  const stemFor = createStems();
  const photos: StoredPhoto[] = [];
  const results: StoredResult[] = [];
  const names: string[] = [];
  /** HTML of the photos, as Blobs, which the browser may keep on disk. */
  const chapters: Blob[] = [];
  let chapterBytes = 0;
  /** Automatic fields of view of the depth maps. */
  const automatic: number[] = [];
  const named = { format: 'vpd-report', version: REPORT_VERSION, ...facts } as const;
  /** Bytes of the record: of its common part, plus those of each photo. */
  let recordBytes = jsonBytes({ ...named, snapshot, photos, results }).length;

  const head = () => pageHead(facts, names);
  const foot = () => beforeData(settingsOf(snapshot, automatic)) + DATA_MARK;

  /** Returns an upper bound of the report's size if it were finished now. */
  function size(): ReportSize {
    const { packed, unpacked } = zip.size();
    const text = chapterBytes + new Blob([head(), foot(), PAGE_TAIL]).size;
    return {
      results: results.length,
      file: text + base64Length(packed + recordBytes),
      unpacked: unpacked + recordBytes,
      record: recordBytes,
    };
  }

  return {
    async add(photo) {
      const { id, name, width, height, fov, file, answers } = photo;
      const folder = stemFor(name);
      const path = `${folder}/photo${ending(name)}`;
      await zip.add(path, new Uint8Array(await file.arrayBuffer()), true);
      const stored: StoredPhoto = { id, file: path, type: file.type, width, height };
      const found: StoredResult[] = [];
      const put = arraysIn(zip, folder);
      for (const answer of answers) {
        found.push(await storeAnswer(put, id, answer));
        if (answer.task === 'depth')
          automatic.push(
            lensOf(snapshot.depth, { width: answer.result.width, height: answer.result.height, fov }, working)
              .automatic,
          );
      }
      const masks = cocoOf(photo, snapshot);
      if (masks) await zip.add(`${folder}/masks.coco.json`, new TextEncoder().encode(masks));
      const chapter = new Blob([chapterHtml(await photoChapter(photo, snapshot, codec))]);
      photos.push(stored);
      results.push(...found);
      names.push(name);
      chapters.push(chapter);
      chapterBytes += chapter.size;
      // Nested as deep as in the record, for the same indentation.
      recordBytes += jsonBytes([[stored, ...found]]).length;
      assertReadable(size(), limits, name, photos.length - 1);
    },
    async finish() {
      // Photos that were removed since the start are left out.
      const left = ofPhotos(
        snapshot,
        photos.map(({ id }) => id),
      );
      await zip.add(RECORD_FILE, jsonBytes({ ...named, snapshot: left, photos, results } satisfies ReportRecord));
      const data = await blobToBase64(await zip.close());
      return new Blob([head(), ...chapters, foot(), ...data, PAGE_TAIL], { type: 'text/html' });
    },
  };
}

/** Returns the extension of a photo's name, e.g. `.jpeg`; empty if it has none or an unusual one. */
const ending = (name: string): string => /\.[A-Za-z0-9]{1,5}$/.exec(name)?.[0] ?? '';

/** Returns the masks as shown, with edits, at the photo's size, as COCO; undefined if there are none. */
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
        const { name: label, prompt, threshold } = item;
        return annotate({ name: label, prompt, threshold, edited: isEdited(item), mask }, width, height, 'rle');
      }),
    },
  ]);
}

/** Returns the settings as rows of text. */
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

/** Returns the chosen field of view, or the range of automatic ones of the report's photos. */
function fovWords({ fov }: Snapshot['depth'], automatic: readonly number[]): string {
  if (fov !== undefined) return degrees(fov);
  if (automatic.length === 0) return 'automatic';
  const [least, most] = [degrees(Math.min(...automatic)), degrees(Math.max(...automatic))];
  return least === most ? `automatic, ${least}` : `automatic, ${least} to ${most} by the photo’s shape and lens`;
}
