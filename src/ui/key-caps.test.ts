import { afterEach, expect, test, vi } from 'vitest';
import { capOf, chordText, keysOf } from './key-caps.ts';

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['Win32', 'Ctrl'],
  ['Linux x86_64', 'Ctrl'],
  ['MacIntel', '⌘'],
  ['iPad', '⌘'],
])('on %s the command key is %s', (platform, command) => {
  vi.stubGlobal('navigator', { platform });
  expect(capOf('Mod')).toBe(command);
  expect(chordText('Mod+Shift+z')).toBe(`${command}+Shift+Z`);
});

test('a plus sign can be a key of a chord', () => {
  expect(keysOf('+')).toEqual(['+']);
  expect(keysOf('Shift++')).toEqual(['Shift', '+']);
  expect(chordText('Space+ArrowUp')).toBe('Space+↑');
});
