import type { RawMapsResult, ReferResult } from '../../../engine/results.ts';
import { formatWeight } from '../../../format.ts';
import { Choice } from '../../../ui/Choice.tsx';
import { Fold } from '../../../ui/Fold.tsx';
import { Icon } from '../../../ui/Icon.tsx';
import { Toggle } from '../../../ui/Toggle.tsx';
import { HeatScale } from '../../attention/HeatScale.tsx';
import type { MapScale } from '../../attention/head-maps.ts';
import { LevelChoice } from '../../attention/LevelChoice.tsx';
import { commonEnd, type OtherHeat } from '../../attention/other-heat.ts';
import { TokenStrip } from '../../attention/TokenStrip.tsx';
import { Section } from '../Section.tsx';
import type { ReferView } from '../view.ts';
import { saveHeatPng, saveMapsNpy } from './export-maps.ts';
import { HeadGrid } from './HeadGrid.tsx';
import { PixelWords } from './PixelWords.tsx';
import { ReadingNotes } from './ReadingNotes.tsx';
import {
  chosenMaps,
  scaleOf,
  shownWord,
  sourceName,
  strongest,
  type WordMap,
  weightUnder,
  wordMaps,
} from './word-maps.ts';

interface Props {
  readonly view: ReferView;
  onView(change: Partial<ReferView>): void;
  readonly result: ReferResult;
  readonly raw: RawMapsResult | undefined;
  /** Whether another model than the open one computed the result: then its layers and heads are not available. */
  readonly byOther: boolean;
  /** The other model's map of the shown word, while two models are compared. */
  readonly otherHeat: OtherHeat | undefined;
  /** Why the means are shown in place of the chosen head; undefined if they are not. */
  readonly whyMeans: string | undefined;
  /** Position of the pointer, as shares of the photo's width and height. */
  readonly pointer: { readonly u: number; readonly v: number } | undefined;
  readonly prompt: string;
  readonly stem: string;
  onError(thrown: unknown): void;
}

const SCALES: readonly { readonly value: MapScale; readonly label: string }[] = [
  { value: 'own', label: 'Each map’s own' },
  { value: 'shared', label: 'One for all words' },
  { value: 'words', label: 'Share among the words' },
];

/** The words' attention: token strip, scale, layers and heads, downloads, and notes on words that the model could not read. */
export function Words(props: Props) {
  const { view, onView, result, raw, byOther, otherHeat, whyMeans, pointer, prompt, stem, onError } = props;
  const drawn = whyMeans === undefined ? view : { ...view, source: undefined };
  const words = wordMaps(result, drawn, raw);
  const shown = shownWord(words, view);
  const most = strongest(words);
  const strength = (word: WordMap): number =>
    pointer && most > 0 ? Math.min(1, (weightUnder(word, pointer.u, pointer.v) ?? 0) / most) : 0;
  const strengths = new Map(words.map((word) => [word.unit, strength(word)]));
  const high = shown ? scaleOf(words, shown, view.scale) : 0;
  const end = commonEnd(high, otherHeat);
  const chosen = chosenMaps(result, drawn, raw);
  // The word of the grid: the shown one, else the first.
  const gridWord = shown ?? words.find((word) => !word.unit.special);
  return (
    <>
      <Section
        id="attention"
        view={view}
        onView={onView}
        label="Attention"
        heading={
          <>
            Where each word looks <span className="quiet">cross-attention</span>
          </>
        }
      >
        <TokenStrip
          units={words.map((word) => word.unit)}
          hovered={view.hovered}
          locked={view.locked}
          strength={(unit) => strengths.get(unit) ?? 0}
          onHover={(hovered) => onView({ hovered })}
          onLock={(locked) => onView({ locked, without: [] })}
        />
        {shown?.map ? (
          <HeatScale word={shown.unit.text} max={shown.map.max} high={high} other={otherHeat}>
            “{shown.unit.text}” peaks at <b className="figure">{formatWeight(shown.map.max)}</b>
            {view.scale === 'words' && !shown.unit.special && ' of all words'} · {sourceName(chosen, raw, result)}
          </HeatScale>
        ) : (
          <p className="hint">
            {shown
              ? `There is no map of “${shown.unit.text}” for single heads, only for the means.`
              : 'Point at a word to see its heat map, click to keep it.'}
          </p>
        )}
        {whyMeans !== undefined && <p className="note">{whyMeans}</p>}
        <div className="row">
          <Choice label="Scale" value={view.scale} options={SCALES} onChange={(scale) => onView({ scale })} />
          <Toggle
            label="Pieces"
            checked={view.pieces}
            onChange={(pieces) => onView({ pieces, hovered: undefined, locked: undefined })}
          />
        </div>
        {view.source && !byOther ? (
          <button type="button" className="button" onClick={() => onView({ source: undefined })}>
            Back to the means{!result.zeroShot && ' that the head used'}
          </button>
        ) : (
          <LevelChoice maps={result.maps} level={view.level} onLevel={(level) => onView({ level })} />
        )}
        <div className="row">
          <button
            type="button"
            className="button"
            disabled={!chosen}
            onClick={() => chosen && void saveMapsNpy(stem, prompt, chosen, result).catch(onError)}
          >
            <Icon name="download" /> Maps .npy
          </button>
          <button
            type="button"
            className="button"
            disabled={!shown?.map}
            onClick={() => shown?.map && void saveHeatPng(stem, shown.unit.text, shown.map, end, result).catch(onError)}
          >
            <Icon name="download" /> This map PNG
          </button>
        </div>
        <ReadingNotes words={result.words} cut={result.cut} />
      </Section>
      <Section
        id="crosshair"
        view={view}
        onView={onView}
        label="Words at the crosshair"
        heading={
          <>
            Words at the crosshair <span className="quiet">strongest first</span>
          </>
        }
      >
        <PixelWords words={words} view={view} onView={onView} pointer={pointer} />
      </Section>
      {byOther ? (
        <p className="hint">
          Compute it here first to see layers and heads{!result.zeroShot && ', or the mask without a word'}.
        </p>
      ) : (
        // The maps are computed when it is opened.
        <Fold
          label="Layers and heads"
          heading="Layers and heads"
          open={view.grid}
          onOpen={(grid) => onView(grid ? { grid } : { grid, source: undefined })}
        >
          {raw && gridWord && <HeadGrid raw={raw} words={words} word={gridWord} view={view} onView={onView} />}
        </Fold>
      )}
    </>
  );
}
