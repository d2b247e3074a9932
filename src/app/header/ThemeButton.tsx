import { useState } from 'react';
import { Icon } from '../../ui/Icon.tsx';
import { loadTheme, nextTheme, saveTheme } from './theme.ts';

const LABELS = { auto: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' };
const ICONS = { auto: 'auto', light: 'sun', dark: 'moon' } as const;

export function ThemeButton() {
  const [theme, setTheme] = useState(loadTheme);
  const change = () => {
    const next = nextTheme(theme);
    saveTheme(next);
    setTheme(next);
  };
  return (
    <button type="button" className="icon-button" aria-label={LABELS[theme]} title={LABELS[theme]} onClick={change}>
      <Icon name={ICONS[theme]} />
    </button>
  );
}
