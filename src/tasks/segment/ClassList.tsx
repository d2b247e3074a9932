import { type CSSProperties, useContext, useEffect, useRef } from 'react';
import type { SegmentResult } from '../../engine/results.ts';
import { formatShare } from '../../format.ts';
import { classColour, css } from '../../image/palette.ts';
import { Icon } from '../../ui/Icon.tsx';
import { PointedClass } from '../pointed.ts';
import type { SegmentView } from './view.ts';

interface Props {
  readonly view: SegmentView;
  onView(change: Partial<SegmentView>): void;
  readonly classes: SegmentResult['present'];
  /** Changes with each click on the photo that holds the crosshair: then `onPicked` gets the row of the class there. */
  readonly picked: object | undefined;
  onPicked(row: Element): void;
}

type Look = CSSProperties & Record<`--${string}`, string>;

function look(index: number, area: number): Look {
  return { '--swatch': css(classColour(index)), '--fill': String(area) };
}

/** Legend of the photo's classes: pointing at a row emphasizes the class, the eye hides it, a click shows its attention. */
export function ClassList({ view, onView, classes, picked, onPicked }: Props) {
  const pointed = useContext(PointedClass);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const row = picked && list.current?.querySelector('[data-pointed]');
    if (row) onPicked(row);
  }, [picked, onPicked]);
  const toggle = (name: string) =>
    onView({
      hidden: view.hidden.includes(name) ? view.hidden.filter((each) => each !== name) : [...view.hidden, name],
    });
  return (
    <ul ref={list} className="classes" aria-label="Classes" onPointerLeave={() => onView({ hovered: undefined })}>
      {classes.map(({ index, name, area }) => {
        const hidden = view.hidden.includes(name);
        return (
          <li
            key={index}
            className="class-row"
            style={look(index, area)}
            data-hidden={hidden || undefined}
            data-pointed={index === pointed || undefined}
            onPointerEnter={() => onView({ hovered: index })}
          >
            <button
              type="button"
              className="class-name"
              aria-pressed={view.selected === index}
              onFocus={() => onView({ hovered: index })}
              onBlur={() => onView({ hovered: undefined })}
              onClick={() => onView({ selected: view.selected === index ? undefined : index, without: undefined })}
            >
              <span className="swatch" aria-hidden="true" />
              <span>{name}</span>
              <span className="figure">{formatShare(area)}</span>
            </button>
            <button
              type="button"
              className="icon-button small"
              aria-label={hidden ? `Show ${name}` : `Hide ${name}`}
              onClick={() => toggle(name)}
            >
              <Icon name={hidden ? 'eyeOff' : 'eye'} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
