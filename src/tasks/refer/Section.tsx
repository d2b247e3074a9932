import { Fold, type FoldProps } from '../../ui/Fold.tsx';
import type { FindSection, ReferView } from './view.ts';

interface Props extends Omit<FoldProps, 'open' | 'onOpen'> {
  readonly id: FindSection;
  readonly view: ReferView;
  onView(change: Partial<ReferView>): void;
}

/** A section of Find. Which sections are closed belongs to the view, so it is saved with the session. */
export function Section({ id, view, onView, ...fold }: Props) {
  const others = view.closed.filter((each) => each !== id);
  return (
    <Fold
      {...fold}
      open={!view.closed.includes(id)}
      onOpen={(open) => onView({ closed: open ? others : [...others, id] })}
    />
  );
}
