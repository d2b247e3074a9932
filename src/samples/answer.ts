import { VpdError } from '../errors.ts';
import { readSample, type SampleResults } from './read.ts';
import { readTruth, type SampleTruth } from './truth.ts';

/** Asks for a pack's results of a sample, or for its ground truth, by the URL of `results.json` or `truth.json`. */
export interface SampleQuestion {
  readonly kind: 'results' | 'truth';
  readonly address: string;
}
export type SampleAnswer =
  | { readonly kind: 'results'; readonly results: SampleResults }
  | { readonly kind: 'truth'; readonly truth: SampleTruth };

/** Fetches and reads a sample's results or truth. @throws VpdError network, bad-file */
export async function answerSample({ kind, address }: SampleQuestion): Promise<SampleAnswer> {
  const read = (name: string) => fetchSibling(name, address);
  return kind === 'results' ? { kind, results: await readSample(read) } : { kind, truth: await readTruth(read) };
}

/** Fetches a file in the same folder as `address`. */
async function fetchSibling(name: string, address: string): Promise<Blob> {
  const url = new URL(name, address).href;
  const response = await fetch(url);
  if (!response.ok) throw new VpdError('network', `${url} was answered with ${response.status}.`);
  return response.blob();
}
