import { TASK_NAMES } from '../tasks/names.ts';
import { type AppState, selectedPhoto } from './store.ts';

/**
 * Returns the title of the page, by which the browser lists its entries of Back: `Lamps · Find · the yellow lamp – VPD Workbench`. The
 * name of the user's own photo is not in it, since browsers may copy their history to a server.
 * @param site the page's own name, which stands alone while no photo is shown
 */
export function titleOf(state: Pick<AppState, 'photos' | 'selected' | 'task' | 'prompt'>, site: string): string {
  const photo = selectedPhoto(state);
  if (!photo) return site;
  const { task, prompt } = state;
  const name = photo.source === 'user' ? 'Your photo' : photo.name;
  const words = task === 'refer' && prompt ? [prompt] : [];
  return `${[name, TASK_NAMES[task], ...words].join(' · ')} – ${site}`;
}
