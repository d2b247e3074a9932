import { Toggle } from '../../../ui/Toggle.tsx';

interface Props {
  /** Whether the open pack has a trained head for words; without one all masks are zero-shot. */
  readonly head: boolean;
  readonly on: boolean;
  onChange(on: boolean): void;
}

/** Toggle for masks from attention alone; without a trained head, a note that there are no others. */
export function ZeroShot({ head, on, onChange }: Props) {
  const what =
    'Zero-shot: the words’ cross-attention, spread along the self-attention. No part of the model was trained to draw masks, so these masks are rough.';
  return (
    <div className="group" data-testid="zero-shot">
      {head ? (
        <Toggle label="Zero-shot masks, without the trained head" checked={on} onChange={onChange} />
      ) : (
        <p className="note">This model has no head for words. {what}</p>
      )}
      {head && on && <p className="note">{what}</p>}
    </div>
  );
}
