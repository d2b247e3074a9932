import { VpdError } from '../../errors.ts';
import { classColour } from '../../image/palette.ts';
import { type Annotated, type CocoPhoto, cocoText } from '../../tasks/refer/masks/coco.ts';
import { slug } from '../../tasks/refer/slug.ts';
import { createNames, createStems } from '../names.ts';
import { createZip, jsonBytes } from '../zip.ts';
import { csvOf, type Figures, figuresOf } from './figures.ts';
import { addClasses, addDepth, addMask } from './files.ts';
import type { BatchFacts, BatchJob, BatchOutcome, BatchPhoto } from './protocol.ts';

/** Writes the ZIP of a batch. Each outcome's files are written when it is added, so that its planes can be freed. */
export interface Assembly {
  /** Adds one outcome of a photo, which may have several. */
  add(photo: BatchPhoto, outcome: BatchOutcome): Promise<void>;
  /** Adds a photo without a result to the table, with the reason. */
  problem(name: string, message: string): void;
  /** @param stopped True if photos are missing because the user stopped the batch. */
  finish(stopped: boolean): Promise<Blob>;
}

export function createAssembly(facts: BatchFacts): Assembly {
  const zip = createZip();
  const stemFor = createStems();
  const stems = new Map<string, string>();
  /** For files without their extension: a mask may be called “depth”. */
  const named = createNames();
  const lines: Figures[] = [];
  const masks = new Map<string, CocoPhoto & { readonly masks: Annotated[] }>();
  let anyClasses = false;

  function stemOf({ id, name }: BatchPhoto): string {
    const stem = stems.get(id) ?? stemFor(name);
    stems.set(id, stem);
    return stem;
  }

  /** Writes an outcome's files; returns the start of their names. */
  async function write(photo: BatchPhoto, outcome: BatchOutcome): Promise<string> {
    const stem = stemOf(photo);
    switch (outcome.task) {
      case 'depth': {
        const { scene } = outcome;
        const files = scene === undefined ? stem : `${stem}-${slug(scene)}`;
        const name = named(`${files}-depth`);
        await addDepth(zip, { name, millimetres: named(`${name}-mm`) }, photo, outcome, coloursOf(facts.job));
        return files;
      }
      case 'refer': {
        const files = named(`${stem}-${slug(outcome.mask.name)}`);
        const { name, width, height } = photo;
        const own = masks.get(photo.id) ?? { file: name, width, height, masks: [] };
        masks.set(photo.id, own);
        own.masks.push(await addMask(zip, files, photo, outcome));
        return files;
      }
      case 'segment':
        anyClasses ||= outcome.model === undefined;
        await addClasses(zip, named(`${stem}-classes`), photo, outcome);
        return stem;
    }
  }

  return {
    async add(photo, outcome) {
      const files = await write(photo, outcome);
      lines.push({ photo: photo.name, files, ...figuresOf(outcome) });
    },
    problem(name, message) {
      lines.push({ photo: name, error: message });
    },
    async finish(stopped) {
      if (masks.size > 0) await zip.add('masks.coco.json', new TextEncoder().encode(cocoText([...masks.values()])));
      if (anyClasses) await zip.add('classes.json', jsonBytes(classList(facts.classes)));
      await zip.add('figures.csv', new TextEncoder().encode(csvOf(lines)));
      const { classes: _, ...settings } = facts;
      await zip.add('batch.json', jsonBytes({ ...settings, stopped, results: lines }));
      return zip.close();
    },
  };
}

function coloursOf(job: BatchJob) {
  if (job.task === 'depth' || job.task === 'session') return job.colours;
  throw new VpdError('internal', `A batch of ${job.task} received a depth, whose colours it does not know.`);
}

/** Returns the legend of the index pictures: names and colours of the classes. */
const classList = (names: readonly string[]) => ({
  pixel: 'index of the class',
  classes: names.map((name, index) => ({ index, name, colour: classColour(index) })),
});
