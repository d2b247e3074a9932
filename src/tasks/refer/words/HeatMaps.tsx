import { Choice } from '../../../ui/Choice.tsx';
import { Fold } from '../../../ui/Fold.tsx';
import { Icon } from '../../../ui/Icon.tsx';
import { Toggle } from '../../../ui/Toggle.tsx';
import type { MapScale } from '../../attention/head-maps.ts';
import { LevelChoice } from '../../attention/LevelChoice.tsx';
import { Section } from '../Section.tsx';
import { saveHeatPng, saveMapsNpy } from './export-maps.ts';
import { HeadGrid } from './HeadGrid.tsx';
import { type WordsProps, wordsShown } from './words-shown.ts';
import '../../downloads.css';

interface Props extends WordsProps {
  readonly prompt: string;
  readonly stem: string;
  onError(thrown: unknown): void;
}

const SCALES: readonly { readonly value: MapScale; readonly label: string }[] = [
  { value: 'own', label: 'Each map’s own' },
  { value: 'shared', label: 'One for all words' },
  { value: 'words', label: 'Share among the words' },
];

/** How the words' heat maps are drawn: scale, pieces, resolution, layers and heads; and their downloads. */
export function HeatMaps(props: Props) {
  const { view, onView, result, raw, byOther, prompt, stem, onError } = props;
  const { words, shown, chosen, end } = wordsShown(props);
  // The word of the grid: the shown one, else the first.
  const gridWord = shown ?? words.find((word) => !word.unit.special);
  return (
    <>
      <Section id="maps" view={view} onView={onView} label="Heat maps" heading="Heat maps of the words">
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
        <div className="downloads">
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
      </Section>
      {byOther ? (
        <p className="hint">
          Compute it here first to see layers and heads{!result.zeroShot && ', or the mask without a word'}.
        </p>
      ) : (
        // The maps are computed when it is opened.
        <Fold
          label="Layers and heads"
          heading={
            <>
              Layers and heads
              {view.grid && gridWord && <span className="quiet"> of “{gridWord.unit.text}”, with each map’s peak</span>}
            </>
          }
          open={view.grid}
          onOpen={(grid) => onView(grid ? { grid } : { grid, source: undefined })}
        >
          {raw && gridWord && <HeadGrid raw={raw} words={words} word={gridWord} view={view} onView={onView} />}
        </Fold>
      )}
    </>
  );
}
