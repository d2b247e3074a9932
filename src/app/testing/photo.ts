import type { PhotoItem } from '../store.ts';

/** Returns a decoded photo of the strip, 4×3 pixels. */
export const photo = (id: string, source: PhotoItem['source'] = 'user'): PhotoItem => ({
  id,
  name: `${id}.png`,
  source,
  state: 'ready',
  url: undefined,
  width: 4,
  height: 3,
  prompts: [],
});
