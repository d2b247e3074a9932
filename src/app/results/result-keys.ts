/**
 * Under what results are kept: `photo|question|words`, in memory as on the disk, where sessions of earlier visits have it. A photo's id has
 * no bar in it; words may.
 */

const keyOf = (photo: string, question: string, words: string): string => `${photo}|${question}|${words}`;
const ofTokens = (tokens: readonly number[]): string => [...tokens].sort((a, b) => a - b).join();

export const depthKey = (photo: string, scene: string | undefined): string => keyOf(photo, 'depth', scene ?? '');
/** A mask of attention alone and the head's are two answers to one prompt. */
export const referKey = (photo: string, prompt: string, zeroShot: boolean): string =>
  keyOf(photo, zeroShot ? 'zero-shot' : 'refer', prompt);
export const segmentKey = (photo: string): string => keyOf(photo, 'segment', '');
export const ablateKey = (photo: string, prompt: string, tokens: readonly number[]): string =>
  keyOf(photo, 'ablate', `${ofTokens(tokens)}|${prompt}`);
export const ablateClassesKey = (photo: string, classes: readonly number[]): string =>
  keyOf(photo, 'ablateClasses', ofTokens(classes));
export const rawMapsKey = (photo: string, prompt: string): string => keyOf(photo, 'rawMaps', prompt);

export const photoOf = (key: string): string => key.slice(0, key.indexOf('|'));
/** What is asked, of whichever photo. */
export const withoutPhoto = (key: string): string => key.slice(key.indexOf('|') + 1);
/** The key of what is asked of a photo. */
export const withPhoto = (photo: string, asked: string): string => `${photo}|${asked}`;

/** Between the photo and the words: a task's name, or `zero-shot`. */
export const questionOf = (key: string): string => key.split('|')[1] ?? '';
/** The scene or the prompt that a depth or a mask was asked for by; nothing where neither was named. */
export const askedBy = (key: string): string => key.split('|').slice(2).join('|');

/** Whether a key is of a prompt without some of its words, whichever. */
export const isWithout = (key: string, photo: string, prompt: string): boolean =>
  photoOf(key) === photo && questionOf(key) === 'ablate' && key.endsWith(`|${prompt}`);
