import { useEffect, useRef } from 'react';
import type { RawMapsResult } from '../../../engine/protocol.ts';
import { formatWeight } from '../../../format.ts';
import { applyColormap, colormap } from '../../../image/colormap.ts';
import { layerName } from '../../attention/head-maps.ts';
import type { HeatMap } from '../../attention/heat-map.ts';
import type { ReferView } from '../view.ts';
import { type GridCell, gridOf } from './grid.ts';
import type { WordMap } from './word-maps.ts';
import './words.css';

interface Props {
  readonly raw: RawMapsResult;
  readonly words: readonly WordMap[];
  /** The word whose maps the grid shows. */
  readonly word: WordMap;
  readonly view: ReferView;
  onView(change: Partial<ReferView>): void;
}

/** A thumbnail per layer and head for one word; a click shows the map on the stage. */
export function HeadGrid({ raw, words, word, view, onView }: Props) {
  const rows = gridOf(raw, words, word, view.scale);
  return (
    <div className="head-grid" data-testid="head-grid" data-word={word.unit.text}>
      {rows.map(({ layer, cells }) => (
        <div key={layer.path} className="head-row">
          <h4>
            {layerName(raw.layers, layer)} · {layer.width} × {layer.height}
          </h4>
          <div className="head-cells">
            {cells.map((cell) => (
              <Cell
                key={cell.head}
                cell={cell}
                name={`${layerName(raw.layers, layer)}, head ${cell.head + 1}`}
                pressed={view.source?.layer === layer.path && view.source.head === cell.head}
                onPress={(pressed) =>
                  onView({
                    source: pressed ? { layer: layer.path, head: cell.head } : undefined,
                    locked: word.unit.key,
                    without: [],
                  })
                }
              />
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}

interface CellProps {
  readonly cell: GridCell;
  readonly name: string;
  readonly pressed: boolean;
  onPress(pressed: boolean): void;
}

function Cell({ cell, name, pressed, onPress }: CellProps) {
  const { map, high, mean } = cell;
  return (
    <button
      type="button"
      className="head-cell"
      aria-pressed={pressed}
      aria-label={`${name}: peak ${formatWeight(map.max)}, mean ${formatWeight(mean)}`}
      title={`${name}: mean ${formatWeight(mean)}`}
      data-max={map.max}
      data-mean={mean}
      onClick={() => onPress(!pressed)}
    >
      <Thumbnail map={map} high={high} />
      <span className="figure">{`head ${cell.head + 1}: peak ${formatWeight(map.max)}`}</span>
    </button>
  );
}

function Thumbnail({ map, high }: { readonly map: HeatMap; readonly high: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const rgb = applyColormap(map.data, [0, high], colormap('inferno'));
    const pixels = new ImageData(map.width, map.height);
    for (let i = 0; i < map.data.length; i++) pixels.data.set([...rgb.subarray(3 * i, 3 * i + 3), 255], 4 * i);
    context.putImageData(pixels, 0, 0);
  }, [map, high]);
  return <canvas ref={canvas} width={map.width} height={map.height} />;
}
