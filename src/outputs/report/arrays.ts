import type { AttentionMaps } from '../../engine/results.ts';
import { type NpyData, writeNpy } from '../../image/formats/npy.ts';
import { slug } from '../../tasks/refer/slug.ts';
import { strideOf } from '../../vpd/attention-spec.ts';
import { createNames } from '../names.ts';
import type { ZipFile } from '../zip.ts';
import type { StoredMaps, StoredResult } from './format.ts';
import type { Answered } from './protocol.ts';

/** Writes an array into the ZIP and returns its path. */
type Put = (name: string, data: NpyData, shape: readonly number[]) => Promise<string>;

/** Returns a function that writes into a photo's folder, with unique file names, since different prompts may give equal names. */
export function arraysIn(zip: ZipFile, folder: string): Put {
  const named = createNames();
  return async (name, data, shape) => {
    const path = `${folder}/${named(name)}.npy`;
    await zip.add(path, writeNpy(data, shape));
    return path;
  };
}

/** Writes a result's arrays and returns its entry in the record. */
export async function storeAnswer(put: Put, photo: string, answer: Answered): Promise<StoredResult> {
  const { width, height, timings } = answer.result;
  const sized = { photo, pack: answer.pack, width, height, timings };
  switch (answer.task) {
    case 'depth': {
      const { scene } = answer;
      const name = scene === undefined ? 'depth' : `depth-${slug(scene)}`;
      return { ...sized, task: 'depth', scene, metres: await put(name, answer.result.metres, [height, width]) };
    }
    case 'refer': {
      const { probability, tokens, words, cut, absence, zeroShot, maps } = answer.result;
      const name = slug(answer.prompt);
      return {
        ...sized,
        task: 'refer',
        prompt: answer.prompt,
        probability: await put(`${name}-probability`, probability, [height, width]),
        tokens,
        words,
        cut,
        absence,
        zeroShot,
        maps: await storeMaps(put, name, maps),
      };
    }
    case 'segment': {
      const { labels, present, maps } = answer.result;
      return {
        ...sized,
        task: 'segment',
        labels: await put('classes', labels, [height, width]),
        classes: present.map(({ index, name }) => ({ index, name })),
        maps: await storeMaps(put, 'classes', maps),
      };
    }
  }
}

async function storeMaps(put: Put, name: string, all: readonly AttentionMaps[]): Promise<readonly StoredMaps[]> {
  const stored: StoredMaps[] = [];
  for (const { data, ...facts } of all) {
    const { level, tokens, height, width } = facts;
    stored.push({ ...facts, data: await put(`${name}-attention-${strideOf(level)}`, data, [tokens, height, width]) });
  }
  return stored;
}
