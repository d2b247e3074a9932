import { expect, test } from 'vitest';
import { toVpdError } from './errors.ts';

test.each([
  'Failed to fetch dynamically imported module: https://host/assets/ShelfDialog-1.js',
  'error loading dynamically imported module: https://host/assets/ShelfDialog-1.js',
  'Importing a module script failed.',
  'Unable to preload CSS for /assets/ShelfDialog-1.css',
])('code that cannot be loaded is a network error: %s', (message) => {
  const cause = new TypeError(message);
  expect(toVpdError(cause)).toMatchObject({
    code: 'network',
    message: 'A part of this page could not be loaded. Check the connection and try again, or reload the page.',
    cause,
  });
});
