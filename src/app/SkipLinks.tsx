import './skip-links.css';

const focus = (selector: string): void => document.querySelector<HTMLElement>(selector)?.focus();

/** The first stops of the Tab key, visible while they have the focus. Buttons, since the part of the address after `#` has the prompt. */
export function SkipLinks() {
  return (
    <nav className="skip-links" aria-label="Skip">
      <button type="button" className="button" onClick={() => focus('.stage')}>
        Skip to the photo
      </button>
      <button type="button" className="button" onClick={() => focus('.tab[aria-selected="true"]')}>
        Skip to the panel
      </button>
    </nav>
  );
}
