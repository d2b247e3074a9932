/** The favicon's drawing: a cone of vision. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true">
      <path className="logo-line" d="M6 24 16 7l10 17z" />
      <path className="logo-fill" d="m10.6 24 5.4-9.2 5.4 9.2z" />
    </svg>
  );
}
