import * as v from 'valibot';
import { formatPercent } from '../../format.ts';
import { TASK_IDS, type TaskId } from '../../vpd/config.ts';

/** A figure measured on sets of photos that were not used in training, as text. */
interface CardFigure {
  readonly name: string;
  /** In the order of `ModelCard.sets`; undefined for sets on which it was not measured. */
  readonly values: readonly (string | undefined)[];
}

/** Description of a pack by its authors. */
export interface ModelCard {
  /** What the model can and cannot see, a sentence each. */
  readonly sees: string | undefined;
  readonly misses: string | undefined;
  /** Training data, one entry per source. */
  readonly data: readonly string[];
  /** Names of the sets that the figures were measured on. */
  readonly sets: readonly string[];
  readonly figures: readonly CardFigure[];
}

/** Limits that keep the card short (characters, entries, entries), whatever a pack's config holds. */
const MAX_SENTENCE = 400;
const MAX_SOURCES = 12;
const MAX_SETS = 4;

const sentence = v.pipe(
  v.string(),
  v.transform((text) => text.slice(0, MAX_SENTENCE)),
);
const figures = v.object({
  depth: v.optional(v.object({ rmse: v.number(), delta1: v.number(), images: v.number() })),
  refer: v.optional(v.object({ oIoU: v.number(), count: v.number() })),
  segment: v.optional(v.object({ mIoU: v.number(), accuracy: v.number(), classes: v.number() })),
} satisfies Record<TaskId, v.GenericSchema>);
type Figures = v.InferOutput<typeof figures>;

/** Display names of the sets that our own training evaluates on. */
const SETS: Readonly<Record<string, string>> = { scenes: 'generated rooms', nyu: 'NYU photographs of rooms' };

const ROWS = {
  depth: {
    name: 'Depth: RMSE, share within 25 %',
    value: ({ depth }) =>
      depth && `${depth.rmse.toFixed(2)} m, ${formatPercent(depth.delta1)} (${depth.images} photos)`,
  },
  refer: {
    name: 'Words: overall IoU',
    value: ({ refer }) => refer && `${refer.oIoU.toFixed(2)} (${refer.count} phrases)`,
  },
  segment: {
    name: 'Classes: mean IoU, right pixels',
    value: ({ segment }) =>
      segment && `${segment.mIoU.toFixed(2)} (${segment.classes} classes), ${formatPercent(segment.accuracy)}`,
  },
} satisfies Record<TaskId, { readonly name: string; readonly value: (set: Figures) => string | undefined }>;

/** Reads the card from a pack's provenance; undefined if there is none. Never throws, because a pack works without its card. */
export function readModelCard(provenance: Readonly<Record<string, unknown>>): ModelCard | undefined {
  const read = <S extends v.GenericSchema>(schema: S, name: string): v.InferOutput<S> | undefined => {
    const parsed = v.safeParse(schema, provenance[name]);
    return parsed.success ? parsed.output : undefined;
  };
  const sees = read(sentence, 'sees');
  const misses = read(sentence, 'misses');
  const data = read(v.array(sentence), 'data')?.slice(0, MAX_SOURCES) ?? [];
  const measured = Object.entries(read(v.record(v.string(), figures), 'heldOut') ?? {}).slice(0, MAX_SETS);
  if (sees === undefined && misses === undefined && data.length === 0 && measured.length === 0) return undefined;
  const rows = TASK_IDS.map((task) => {
    const { name, value } = ROWS[task];
    return { name, values: measured.map(([, set]) => value(set)) };
  });
  return {
    sees,
    misses,
    data,
    sets: measured.map(([name]) => SETS[name] ?? name.slice(0, MAX_SENTENCE)),
    figures: rows.filter(({ values }) => values.some((value) => value !== undefined)),
  };
}
