import type { ReferResult } from '../../engine/protocol.ts';
import { formatWeight } from '../../ui/format.ts';
import { Toggle } from '../../ui/Toggle.tsx';
import { LevelChoice } from '../attention/LevelChoice.tsx';
import { mapsOfLevel, weightAt } from '../attention/map.ts';
import { TokenStrip } from '../attention/TokenStrip.tsx';
import type { ReferView } from './view.ts';
import { scaleOf, shownWord, wordMaps } from './words.ts';

interface Props {
  readonly view: ReferView;
  onView(change: Partial<ReferView>): void;
  readonly result: ReferResult;
  /** Where the pointer is on the photo, as shares of its width and height. */
  readonly pointer: { readonly u: number; readonly v: number } | undefined;
}

const list = (words: readonly string[]) => words.map((word) => `“${word}”`).join(', ');

/** The words behind the mask: token strip, scale, and what the model could not read. */
export function Words({ view, onView, result, pointer }: Props) {
  const words = wordMaps(result, view);
  const shown = shownWord(words, view);
  const maps = mapsOfLevel(result.maps, view.level);
  const unknown = result.words.filter((word) => !word.known).map((word) => word.text);
  const strongest = words.reduce((high, word) => (word.unit.special ? high : Math.max(high, word.map?.max ?? 0)), 0);
  return (
    <section className="group" aria-label="Attention">
      <h2>
        Where each word looks <span className="quiet">cross-attention</span>
      </h2>
      <TokenStrip
        units={words.map((word) => word.unit)}
        hovered={view.hovered}
        locked={view.locked}
        strength={(unit) =>
          maps && pointer && strongest > 0 ? weightAt(maps, unit.tokens, pointer.u, pointer.v) / strongest : 0
        }
        onHover={(hovered) => onView({ hovered })}
        onLock={(locked) => onView({ locked })}
      />
      {shown?.map ? (
        <div className="heat-scale" data-testid="heat-scale" data-word={shown.unit.text} data-max={shown.map.max}>
          <span className="figure">0</span>
          <span className="heat-bar" aria-hidden="true" />
          <span className="figure">{formatWeight(scaleOf(words, shown, view.shared))}</span>
          <span className="quiet">
            “{shown.unit.text}” peaks at <b className="figure">{formatWeight(shown.map.max)}</b>
          </span>
        </div>
      ) : (
        <p className="hint">Point at a word to see its heat map, click to keep it.</p>
      )}
      <LevelChoice maps={result.maps} level={view.level} onLevel={(level) => onView({ level })} />
      <div className="row">
        <Toggle label="One scale" checked={view.shared} onChange={(shared) => onView({ shared })} />
        <Toggle
          label="Pieces"
          checked={view.pieces}
          onChange={(pieces) => onView({ pieces, hovered: undefined, locked: undefined })}
        />
      </div>
      {unknown.length > 0 && (
        <p className="note">
          Not in this model’s vocabulary, so read as “unknown”: <span className="unknown">{list(unknown)}</span>.
        </p>
      )}
      {result.cut.length > 0 && (
        <p className="note">Cut, because the prompt is longer than the model reads: {list(result.cut)}.</p>
      )}
    </section>
  );
}
