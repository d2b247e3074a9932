import { mergeTimings, STAGE_NAMES, totalTime } from '../../engine/timings.ts';
import { formatAttention, formatChance, formatDuration, formatMetres, formatShare } from '../../format.ts';
import { classColour, css, maskColour } from '../../image/palette.ts';
import { median } from '../../image/percentile.ts';
import type { RgbImage } from '../../image/rgb.ts';
import type { Snapshot } from '../../storage/session/snapshot.ts';
import { depthGradient } from '../../tasks/depth/gradient.ts';
import { rangeOf } from '../../tasks/depth/range.ts';
import type { MaskItem } from '../../tasks/refer/masks/masks.ts';
import { type MaskShape, shapeOf } from '../../tasks/refer/masks/shape.ts';
import { encodeHeatPng } from '../../tasks/refer/words/heat-png.ts';
import { readAsNote } from '../../tasks/refer/words/reading-notes.ts';
import { scaleOf, wordMaps } from '../../tasks/refer/words/word-maps.ts';
import { TASK_IDS, type TaskId } from '../../vpd/config.ts';
import type { Figure, PhotoChapter, Section } from './page.ts';
import { type Codec, classesPicture, depthPicture, jpegUrl, masksPicture, pngUrl, shrunk } from './pictures.ts';
import type { Answered, ReportPhoto } from './protocol.ts';

/** Maximum number of words of a prompt whose maps are drawn; the data contain all. */
const MAX_WORDS = 12;
/** Long side of a word's map in pixels. */
const MAP_SIDE = 240;

type AnswerOf<T extends Answered['task']> = Extract<Answered, { task: T }>;
const isTask =
  <T extends Answered['task']>(task: T) =>
  (answer: Answered): answer is AnswerOf<T> =>
    answer.task === task;

interface ListedMask {
  readonly item: MaskItem;
  readonly answer: AnswerOf<'refer'>;
  readonly shape: MaskShape;
}

/** Returns the photo's listed masks that have a result in the report. */
export function masksOf({ id, answers }: ReportPhoto, { masks }: Snapshot): readonly ListedMask[] {
  const found = answers.filter(isTask('refer'));
  return (masks[id]?.items ?? []).flatMap((item) => {
    const answer = found.find(({ prompt }) => prompt === item.prompt);
    return answer ? [{ item, answer, shape: shapeOf(answer.result, item) }] : [];
  });
}

const EMPTY: Omit<Section, 'title'> = { lines: [], figures: [], legend: [], maps: [], table: [] };

/** Returns the rows of the timing table; none for saved and imported results, which have no timings. */
function timingRows({ result: { timings } }: Answered): Section['table'] {
  if (timings.length === 0) return [];
  return [
    ...mergeTimings(timings).map(
      ({ stage, ms, cached }) => [STAGE_NAMES[stage], cached ? 'cached' : formatDuration(ms)] as const,
    ),
    ['total', formatDuration(totalTime(timings))],
  ];
}

/** Returns a line that names the model, if it is not the report's own. */
const madeBy = ({ pack }: Answered): readonly string[] => (pack ? [`Computed by ${pack.name}, ${pack.hash}.`] : []);

/** Returns the chapter of a photo: its pictures, figures and maps. */
export async function photoChapter(photo: ReportPhoto, snapshot: Snapshot, codec: Codec): Promise<PhotoChapter> {
  const { name, width, height } = photo;
  const small = shrunk(await codec.decode(photo.file, name));
  const jpeg = async (image: RgbImage, alt: string): Promise<Figure> => ({
    url: jpegUrl(await codec.jpeg(image)),
    alt,
    width: image.width,
    height: image.height,
  });
  const sections: Section[] = [];
  for (const task of TASK_IDS) sections.push(...(await SECTIONS[task]({ photo, snapshot, small, jpeg })));
  return {
    name,
    lines: [`${width} × ${height} pixels`],
    photo: await jpeg(small, name),
    sections,
  };
}

/** What the sections of a photo are made from. */
interface Source {
  readonly photo: ReportPhoto;
  readonly snapshot: Snapshot;
  /** The photo at the size of the pictures. */
  readonly small: RgbImage;
  jpeg(image: RgbImage, alt: string): Promise<Figure>;
}

/** The sections of each task. */
const SECTIONS = {
  async depth({ photo, snapshot, small }) {
    return photo.answers.filter(isTask('depth')).map((answer) => depthSection(answer, snapshot, small));
  },
  async refer({ photo, snapshot, small, jpeg }) {
    const masks = masksOf(photo, snapshot);
    if (masks.length === 0) return [];
    const figure = await jpeg(masksPicture(small, masks, snapshot), 'The photo with its masks');
    const lines = masks.flatMap(nothingFound);
    const list = { ...EMPTY, title: 'Masks', figures: [figure], lines, legend: masks.map(maskRow) };
    return [list, ...masks.map((mask) => wordsSection(mask, snapshot, small))];
  },
  async segment({ photo, snapshot, small, jpeg }) {
    const sections: Section[] = [];
    for (const answer of photo.answers.filter(isTask('segment'))) {
      const figure = await jpeg(classesPicture(small, answer, snapshot), 'The photo in the colours of its classes');
      sections.push(classesSection(answer, snapshot, figure));
    }
    return sections;
  },
} satisfies Record<TaskId, (source: Source) => Promise<readonly Section[]>>;

function depthSection(answer: AnswerOf<'depth'>, { depth }: Snapshot, small: RgbImage): Section {
  const { result, scene } = answer;
  const [near, far] = rangeOf(result, depth);
  const { width, height } = small;
  return {
    ...EMPTY,
    title: scene === undefined ? 'Depth' : `Depth, as ${scene.replaceAll('_', ' ')}`,
    figures: [{ url: pngUrl(depthPicture(answer, depth, small)), alt: 'Depth as colours', width, height }],
    bar: { gradient: depthGradient(depth), low: `near ${formatMetres(near)}`, high: `far ${formatMetres(far)}` },
    lines: [
      ...madeBy(answer),
      `Nearest ${formatMetres(result.min)}, median ${formatMetres(median(result.metres))}, farthest ${formatMetres(result.max)}.`,
    ],
    table: timingRows(answer),
  };
}

function maskRow({ item, shape }: ListedMask): Section['legend'][number] {
  const { name, prompt, threshold, colour, hidden, strokes } = item;
  const notes = [
    ...(name === prompt ? [] : [`“${prompt}”`]),
    `above ${threshold.toFixed(2)}`,
    ...(strokes.length > 0 ? ['edited by hand'] : []),
    ...(hidden ? ['hidden'] : []),
  ];
  return {
    colour: css(maskColour(colour)),
    label: name,
    figure: formatShare(shape.inside / Math.max(1, shape.width * shape.height)),
    note: notes.join(', '),
  };
}

/** Returns a line that says why a mask is empty. */
function nothingFound({ item: { prompt, threshold }, shape }: ListedMask): readonly string[] {
  if (shape.inside > 0) return [];
  if (shape.above > 0) return [`Nothing is left of “${prompt}”: all of it was removed by the brush or as specks.`];
  return [`Nothing found for “${prompt}” above ${threshold.toFixed(2)}.`];
}

/** Returns the section of a mask's attention maps, one per word. */
function wordsSection({ item, answer }: ListedMask, { refer, prompt }: Snapshot, small: RgbImage): Section {
  const { result } = answer;
  const replaced = readAsNote(result.words);
  const words = wordMaps(result, { ...refer, source: undefined }, undefined).filter(({ unit }) => !unit.special);
  const scale = MAP_SIDE / Math.max(small.width, small.height);
  const size = {
    width: Math.max(1, Math.round(small.width * scale)),
    height: Math.max(1, Math.round(small.height * scale)),
  };
  return {
    ...EMPTY,
    title: `Attention of “${item.prompt}”`,
    lines: [
      ...madeBy(answer),
      ...(replaced === undefined ? [] : [replaced]),
      ...(result.cut.length > 0 ? [`Not read, because the prompt is too long: ${result.cut.join(' ')}.`] : []),
      ...(result.zeroShot ? ['Zero-shot: the mask comes from attention alone, without a trained head.'] : []),
      ...(result.absence === undefined ? [] : [`Chance that nothing fits: ${formatChance(result.absence)}.`]),
    ],
    maps: words.slice(0, MAX_WORDS).flatMap((word) => {
      const { unit, map } = word;
      if (!map) return [];
      const high = scaleOf(words, word, refer.scale);
      const chosen = item.prompt === prompt && refer.locked === unit.key;
      return [
        {
          figure: {
            url: pngUrl(encodeHeatPng(unit.text, map, high, size)),
            alt: `Attention of “${unit.text}”`,
            ...size,
          },
          label: `${unit.text}: 0 to ${formatAttention(high)}`,
          chosen,
        },
      ];
    }),
    table: timingRows(answer),
  };
}

function classesSection(answer: AnswerOf<'segment'>, { segment }: Snapshot, figure: Figure): Section {
  const { result } = answer;
  return {
    ...EMPTY,
    title: 'Classes',
    lines: madeBy(answer),
    figures: [figure],
    legend: result.present.map(({ index, name, area }) => ({
      colour: css(classColour(index)),
      label: name,
      figure: formatShare(area),
      ...(segment.hidden.includes(name) ? { note: 'hidden' } : {}),
    })),
    table: timingRows(answer),
  };
}
