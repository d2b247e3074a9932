import { TASK_IDS, type TaskId } from '../vpd/config.ts';
import type { AppStore } from './store.ts';
import { selectedPhoto } from './store.ts';

/** What the page's address asks for. */
export interface UrlState {
  readonly backend: 'webgpu' | 'wasm' | undefined;
  /** `f32`: single precision even where the device could do half. */
  readonly float: 'f32' | undefined;
  readonly task: TaskId | undefined;
  readonly prompt: string | undefined;
  /** Name of a sample, or `none` to start without a photo. */
  readonly sample: string | undefined;
}

export function readUrl(search: string): UrlState {
  const params = new URLSearchParams(search);
  const backend = params.get('backend');
  const task = params.get('task');
  return {
    backend: backend === 'webgpu' || backend === 'wasm' ? backend : undefined,
    float: params.get('float') === 'f32' ? 'f32' : undefined,
    task: TASK_IDS.find((id) => id === task),
    prompt: params.get('prompt')?.trim() || undefined,
    sample: params.get('sample') ?? undefined,
  };
}

/** The address that shows the same again; parameters that are not ours stay. A user's own photo has no address. */
export function writeUrl(search: string, state: { task: TaskId; prompt: string; sample: string | undefined }): string {
  const params = new URLSearchParams(search);
  const put = (name: string, value: string | undefined) => (value ? params.set(name, value) : params.delete(name));
  put('task', state.task === 'depth' ? undefined : state.task);
  put('prompt', state.prompt);
  put('sample', state.sample);
  const text = params.toString();
  return text ? `?${text}` : '';
}

/** Keeps the address in step with the state, without adding to the history. */
export function syncUrl(store: AppStore): void {
  store.subscribe((state, before) => {
    if (state.task === before.task && state.prompt === before.prompt && state.selected === before.selected) return;
    const photo = selectedPhoto(state);
    const sample = photo?.source === 'sample' ? photo.name : photo ? 'none' : undefined;
    const search = writeUrl(location.search, { task: state.task, prompt: state.prompt, sample });
    history.replaceState(history.state, '', `${location.pathname}${search}${location.hash}`);
  });
}
