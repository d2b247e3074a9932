import { VpdError } from '../../errors.ts';
import { applyColormap, colormap } from '../../image/colormap.ts';
import { writeNpy } from '../../image/formats/npy.ts';
import { encodeDepthPng, encodeMaskPng, encodePng8 } from '../../image/formats/png.ts';
import { INSIDE } from '../../image/masks/mask.ts';
import { classColour } from '../../image/palette.ts';
import { rangeOf } from '../../tasks/depth/range.ts';
import { maskAtSize } from '../../tasks/refer/mask-files.ts';
import { annotate, type CocoPhoto, cocoText } from '../../tasks/refer/masks/coco.ts';
import { slug } from '../../tasks/refer/slug.ts';
import { createStems } from '../names.ts';
import { createZip, jsonBytes, type ZipFile } from '../zip.ts';
import { csvOf, type Figures, figuresOf } from './figures.ts';
import type { BatchFacts, BatchJob, BatchPhoto, Outcome } from './protocol.ts';

/** Writes the ZIP of a batch. Each photo's files are written when it is added, so that its planes can be freed. */
export interface Assembly {
  add(photo: BatchPhoto, outcome: Outcome): Promise<void>;
  /** Adds a photo without a result to the table, with the reason. */
  problem(name: string, message: string): void;
  /** @param stopped True if photos are missing because the user stopped the batch. */
  finish(stopped: boolean): Promise<Blob>;
}

export function createAssembly(facts: BatchFacts): Assembly {
  const zip = createZip();
  const stemFor = createStems();
  const lines: Figures[] = [];
  const coco: CocoPhoto[] = [];

  return {
    async add(photo, outcome) {
      const stem = stemFor(photo.name);
      switch (outcome.task) {
        case 'depth':
          if (facts.job.task === 'depth') await addDepth(zip, stem, outcome.result, facts.job.colours);
          break;
        case 'refer':
          coco.push(await addMask(zip, stem, photo, outcome.result, facts.job));
          break;
        case 'segment': {
          const { labels, width, height } = outcome.result;
          await zip.add(`${stem}-classes.png`, encodePng8(labels, width, height, 'gray'), true);
          break;
        }
      }
      lines.push({ photo: photo.name, files: stem, ...figuresOf(outcome) });
    },
    problem(name, message) {
      lines.push({ photo: name, error: message });
    },
    async finish(stopped) {
      if (coco.length > 0) await zip.add('masks.coco.json', new TextEncoder().encode(cocoText(coco)));
      if (facts.job.task === 'segment') await zip.add('classes.json', jsonBytes(classList(facts.classes)));
      await zip.add('figures.csv', new TextEncoder().encode(csvOf(lines)));
      const { classes: _, ...settings } = facts;
      await zip.add('batch.json', jsonBytes({ ...settings, stopped, photos: lines }));
      return zip.close();
    },
  };
}

type DepthJob = Extract<BatchJob, { task: 'depth' }>;
type ResultOf<T extends Outcome['task']> = Extract<Outcome, { task: T }>['result'];

async function addDepth(zip: ZipFile, stem: string, result: ResultOf<'depth'>, colours: DepthJob['colours']) {
  const { metres, width, height } = result;
  await zip.add(`${stem}-depth-mm.png`, encodeDepthPng(metres, width, height), true);
  await zip.add(`${stem}-depth.npy`, writeNpy(metres, [height, width]));
  const rgb = applyColormap(metres, rangeOf(result, colours), colormap(colours.colormap), colours.invert);
  await zip.add(`${stem}-depth.png`, encodePng8(rgb, width, height, 'rgb'), true);
}

async function addMask(
  zip: ZipFile,
  stem: string,
  photo: BatchPhoto,
  { probability, width, height }: ResultOf<'refer'>,
  job: BatchJob,
): Promise<CocoPhoto> {
  if (job.task !== 'refer') throw new VpdError('internal', 'A batch without a prompt received a mask.');
  const { prompt } = job;
  const mask = maskAtSize({ plane: probability, width, height, threshold: INSIDE }, photo);
  await zip.add(`${stem}-${slug(prompt)}.png`, encodeMaskPng(mask, photo.width, photo.height), true);
  const named = { name: prompt, prompt, threshold: INSIDE, edited: false, mask };
  return { file: photo.name, ...sizeOf(photo), masks: [annotate(named, photo.width, photo.height, 'rle')] };
}

const sizeOf = ({ width, height }: BatchPhoto) => ({ width, height });

/** Returns the legend of the index pictures: names and colours of the classes. */
const classList = (names: readonly string[]) => ({
  pixel: 'index of the class',
  classes: names.map((name, index) => ({ index, name, colour: classColour(index) })),
});
