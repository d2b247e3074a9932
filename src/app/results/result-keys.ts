/**
 * Keys of results: `photo|question|words`, in memory and on disk, so saved sessions depend on this form. A photo's id contains no bar; words
 * may.
 */

import { isTaskId, type TaskId } from '../../vpd/config.ts';

const ZERO_SHOT = 'zero-shot';

const keyOf = (photo: string, question: string, words: string): string => `${photo}|${question}|${words}`;
const ofTokens = (tokens: readonly number[]): string => [...tokens].sort((a, b) => a - b).join();

export const depthKey = (photo: string, scene: string | undefined): string => keyOf(photo, 'depth', scene ?? '');
/** A prompt has two results: the head's mask, and one from attention alone (zero-shot). */
export const referKey = (photo: string, prompt: string, zeroShot: boolean): string =>
  keyOf(photo, zeroShot ? ZERO_SHOT : 'refer', prompt);
export const segmentKey = (photo: string): string => keyOf(photo, 'segment', '');
export const ablateKey = (photo: string, prompt: string, tokens: readonly number[]): string =>
  keyOf(photo, 'ablate', `${ofTokens(tokens)}|${prompt}`);
export const ablateClassesKey = (photo: string, classes: readonly number[]): string =>
  keyOf(photo, 'ablateClasses', ofTokens(classes));
export const rawMapsKey = (photo: string, prompt: string): string => keyOf(photo, 'rawMaps', prompt);

export const photoOf = (key: string): string => key.slice(0, key.indexOf('|'));
/** Returns a key without its photo: `question|words`. */
export const withoutPhoto = (key: string): string => key.slice(key.indexOf('|') + 1);
/** Returns the key for a photo from `question|words`. */
export const withPhoto = (photo: string, question: string): string => `${photo}|${question}`;

/** Returns the part between the photo and the words: an engine method, or `zero-shot`. */
const questionOf = (key: string): string => key.split('|')[1] ?? '';
export const isZeroShot = (key: string): boolean => questionOf(key) === ZERO_SHOT;
/** Returns the task of a key; undefined for ablations and raw maps. */
export function taskOf(key: string): TaskId | undefined {
  const question = questionOf(key);
  if (isZeroShot(key)) return 'refer';
  return isTaskId(question) ? question : undefined;
}
/** Returns the scene of a depth key or the prompt of a mask key; empty if there is none. */
export const wordsOf = (key: string): string => key.split('|').slice(2).join('|');

/** True if a key is of an ablation of this prompt, with any words left out. */
export const isAblationOf = (key: string, photo: string, prompt: string): boolean =>
  photoOf(key) === photo && questionOf(key) === 'ablate' && key.endsWith(`|${prompt}`);
