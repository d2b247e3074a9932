import type { ReactNode } from 'react';
import './fold.css';

export interface FoldProps {
  /** Name of the section for assistive technology. */
  readonly label: string;
  readonly heading: ReactNode;
  readonly open: boolean;
  onOpen(open: boolean): void;
  readonly children: ReactNode;
}

/** A section of a panel that the user can close. Its content exists only while it is open. */
export function Fold({ label, heading, open, onOpen, children }: FoldProps) {
  return (
    <section aria-label={label}>
      <details
        className="fold"
        open={open}
        onToggle={({ currentTarget }) => {
          if (currentTarget.open !== open) onOpen(currentTarget.open);
        }}
      >
        <summary>
          <h2>{heading}</h2>
        </summary>
        {open && <div className="group">{children}</div>}
      </details>
    </section>
  );
}
