import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { RawMapsResult } from '../../../engine/results.ts';
import { formatAttention } from '../../../format.ts';
import { applyColormap, colormap } from '../../../image/colormap.ts';
import { type KeyHandlers, runKey } from '../../../ui/keys.ts';
import { layerName, type MapSource } from '../../attention/head-maps.ts';
import type { HeatMap } from '../../attention/heat-map.ts';
import type { ReferView } from '../view.ts';
import { type GridCell, gridOf } from './grid.ts';
import { HEAD_KEYS } from './keys.ts';
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

/** A thumbnail per layer and head for one word; a click shows the map on the stage. One stop of the Tab key: arrow keys move in the grid. */
export function HeadGrid({ raw, words, word, view, onView }: Props) {
  const rows = gridOf(raw, words, word, view.scale);
  const grid = useRef<HTMLDivElement>(null);
  /** The cell that had the focus last. */
  const [last, setLast] = useState<MapSource>();
  const has = (at: MapSource | undefined) =>
    at && rows.some(({ layer, cells }) => layer.path === at.layer && cells.some(({ head }) => head === at.head));
  const [first] = rows;
  const stop = [last, view.source].find(has) ?? { layer: first?.layer.path, head: first?.cells[0]?.head };

  function key(event: KeyboardEvent<HTMLElement>): void {
    const cell = event.currentTarget;
    const lines = [...(grid.current?.querySelectorAll('.head-cells') ?? [])].map((line) => [
      ...line.querySelectorAll<HTMLElement>('.head-cell'),
    ]);
    const y = lines.findIndex((line) => line.includes(cell));
    const line = lines[y] ?? [];
    const x = line.indexOf(cell);
    const handlers: KeyHandlers<typeof HEAD_KEYS> = {
      head: (pressed) => line[pressed === 'ArrowLeft' ? x - 1 : x + 1]?.focus(),
      layer(pressed) {
        const other = lines[pressed === 'ArrowUp' ? y - 1 : y + 1];
        (other?.[x] ?? other?.at(-1))?.focus();
      },
      ends: (pressed) => line.at(pressed === 'Home' ? 0 : -1)?.focus(),
    };
    if (runKey(HEAD_KEYS, event, handlers)) event.preventDefault();
  }

  return (
    <div ref={grid} className="head-grid" data-testid="head-grid" data-word={word.unit.text}>
      {rows.map(({ layer, cells }) => (
        <div key={layer.path} className="head-row">
          <h3>
            {layerName(raw.layers, layer)} · {layer.width} × {layer.height}
          </h3>
          <div className="head-cells">
            {cells.map((cell) => (
              <Cell
                key={cell.head}
                cell={cell}
                name={`${layerName(raw.layers, layer)}, head ${cell.head + 1}`}
                stop={stop.layer === layer.path && stop.head === cell.head}
                onKey={key}
                onFocus={() => setLast({ layer: layer.path, head: cell.head })}
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
  /** Whether the Tab key reaches it. */
  readonly stop: boolean;
  onKey(event: KeyboardEvent<HTMLElement>): void;
  onFocus(): void;
  onPress(pressed: boolean): void;
}

function Cell({ cell, name, pressed, stop, onKey, onFocus, onPress }: CellProps) {
  const { map, high, mean } = cell;
  const peak = formatAttention(map.max);
  const words = `${name}: ${peak} peak, ${formatAttention(mean)} mean`;
  return (
    <button
      type="button"
      className="head-cell"
      tabIndex={stop ? 0 : -1}
      onKeyDown={onKey}
      onFocus={onFocus}
      aria-pressed={pressed}
      aria-label={words}
      title={words}
      data-max={map.max}
      data-mean={mean}
      onClick={() => onPress(!pressed)}
    >
      <Thumbnail map={map} high={high} />
      <span>head {cell.head + 1}</span> <span className="figure">{peak}</span>
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
