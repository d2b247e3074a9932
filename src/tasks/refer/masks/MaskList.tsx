import { type CSSProperties, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { formatShare } from '../../../format.ts';
import { css, maskColour } from '../../../image/palette.ts';
import { Icon } from '../../../ui/Icon.tsx';
import { type KeyHandlers, runKey } from '../../../ui/keys.ts';
import type { ListedMask } from '../overlay.ts';
import { MASK_KEYS } from './keys.ts';
import type { MaskChange, MaskItem } from './masks.ts';
import './masks.css';

interface Props {
  readonly items: readonly MaskItem[];
  /** The masks whose pixels are available. */
  readonly masks: readonly ListedMask[];
  /** Prompt of the shown mask. */
  readonly shown: string;
  onShow(prompt: string): void;
  onChange(prompt: string, change: MaskChange): void;
  onRemove(prompt: string): void;
  /** Called with the prompt of the row under the pointer or with the visible focus, and with undefined when there is none any more. */
  onHover(prompt: string | undefined): void;
}

type Look = CSSProperties & Record<`--${string}`, string>;

/** Longer names do not fit into the list, or into file names. */
const MAX_NAME = 80;

/** The masks of the photo: a click shows one, F2 or the pencil renames it, the eye hides it, Delete removes it. */
export function MaskList({ items, masks, shown, onShow, onChange, onRemove, onHover }: Props) {
  const [renaming, setRenaming] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  const button = (at: number) => list.current?.querySelectorAll<HTMLElement>('.mask-name')[at];

  function remove(prompt: string, at: number): void {
    const group = list.current?.parentElement;
    onRemove(prompt);
    // The removed row had the focus, so a neighbour gets it, or else what restores it.
    requestAnimationFrame(() => {
      const next = button(Math.min(at, items.length - 2)) ?? group?.querySelector<HTMLElement>('.deleted .button');
      next?.focus();
    });
  }

  function endRenaming(prompt: string, at: number, name: string | undefined, by: 'key' | 'blur'): void {
    const kept = name?.trim().slice(0, MAX_NAME);
    if (kept && kept !== items[at]?.name) onChange(prompt, { name: kept });
    setRenaming(undefined);
    // If the input lost the focus to another element, the focus stays there.
    requestAnimationFrame(() => {
      if (by === 'key' || document.activeElement === document.body) button(at)?.focus();
    });
  }

  function key(event: KeyboardEvent, prompt: string, at: number): void {
    const handlers: KeyHandlers<typeof MASK_KEYS> = {
      go: (pressed) => button(pressed === 'ArrowUp' ? at - 1 : at + 1)?.focus(),
      rename: () => setRenaming(prompt),
      remove: () => remove(prompt, at),
    };
    if (runKey(MASK_KEYS, event, handlers)) event.preventDefault();
  }

  return (
    <ul className="masks" aria-label="Masks" ref={list} onPointerLeave={() => onHover(undefined)}>
      {items.map(({ prompt, name, colour, hidden }, at) => {
        const shape = masks.find(({ item }) => item.prompt === prompt)?.shape;
        const area = shape && shape.inside / (shape.width * shape.height);
        const look: Look = { '--swatch': css(maskColour(colour)) };
        return (
          <li
            key={prompt}
            className="mask-row"
            style={look}
            data-hidden={hidden || undefined}
            data-area={area}
            onPointerEnter={() => onHover(prompt)}
          >
            <HoverEnd onEnd={() => onHover(undefined)} />
            {renaming === prompt ? (
              <NameInput name={name} onEnd={(text, by) => endRenaming(prompt, at, text, by)} />
            ) : (
              <button
                type="button"
                className="mask-name"
                aria-pressed={prompt === shown}
                aria-keyshortcuts="F2 Delete"
                title={name === prompt ? prompt : `${name} – “${prompt}”`}
                // After a click the row keeps the focus, but must not keep the other masks faint.
                onFocus={(event) => event.currentTarget.matches(':focus-visible') && onHover(prompt)}
                onBlur={() => onHover(undefined)}
                onClick={() => onShow(prompt)}
                onDoubleClick={() => setRenaming(prompt)}
                onKeyDown={(event) => key(event, prompt, at)}
              >
                <span className="swatch" aria-hidden="true" />
                <span className="mask-label" dir="auto">
                  {name}
                </span>
                <span className="figure">{area === undefined ? '…' : formatShare(area)}</span>
              </button>
            )}
            <button
              type="button"
              className="icon-button small"
              aria-label={`Rename ${name}`}
              onClick={() => setRenaming(prompt)}
            >
              <Icon name="pencil" />
            </button>
            <button
              type="button"
              className="icon-button small"
              aria-label={hidden ? `Show ${name}` : `Hide ${name}`}
              onClick={() => onChange(prompt, { hidden: !hidden })}
            >
              <Icon name={hidden ? 'eyeOff' : 'eye'} />
            </button>
            <button
              type="button"
              className="icon-button small"
              aria-label={`Delete ${name}`}
              onClick={() => remove(prompt, at)}
            >
              <Icon name="trash" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Ends the hovering when its row is removed, of which neither the pointer nor the focus gives notice. */
function HoverEnd({ onEnd }: { onEnd(): void }) {
  const latest = useRef(onEnd);
  latest.current = onEnd;
  useEffect(() => () => latest.current(), []);
  return null;
}

interface NameProps {
  readonly name: string;
  /** Called once. `text`: the new name, or undefined to keep the old one. `by`: ended by a key, or because the input lost the focus. */
  onEnd(text: string | undefined, by: 'key' | 'blur'): void;
}

/** Enter and losing the focus set the new name; Escape keeps the old one. */
function NameInput({ name, onEnd }: NameProps) {
  const input = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  useEffect(() => {
    // Not every browser focuses an input when its text is selected.
    input.current?.focus();
    input.current?.select();
  }, []);
  const end: NameProps['onEnd'] = (text, by) => {
    // Removing the input blurs it once more.
    if (!ended.current) onEnd(text, by);
    ended.current = true;
  };
  return (
    <input
      ref={input}
      className="text-input"
      aria-label={`Name of the mask ${name}`}
      defaultValue={name}
      maxLength={MAX_NAME}
      onBlur={(event) => end(event.currentTarget.value, 'blur')}
      onKeyDown={(event) => {
        if (event.key === 'Enter') end(event.currentTarget.value, 'key');
        if (event.key !== 'Escape') return;
        // Escape would also leave the brush, or stop the current work.
        event.preventDefault();
        end(undefined, 'key');
      }}
    />
  );
}
