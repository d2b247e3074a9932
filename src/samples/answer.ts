import { VpdError } from '../errors.ts';
import { readSample, type SampleResults } from './read.ts';
import { readTruth, type SampleTruth } from './truth.ts';

/** What a pack saw in a sample, or what is really there, by the address of `results.json` or `truth.json`. */
export interface SampleQuestion {
  readonly kind: 'results' | 'truth';
  readonly address: string;
}
export type SampleAnswer =
  | { readonly kind: 'results'; readonly results: SampleResults }
  | { readonly kind: 'truth'; readonly truth: SampleTruth };

/** @throws VpdError network, bad-file */
export async function answerSample({ kind, address }: SampleQuestion): Promise<SampleAnswer> {
  const read = (name: string) => fetchBeside(name, address);
  return kind === 'results' ? { kind, results: await readSample(read) } : { kind, truth: await readTruth(read) };
}

/** A file in the folder of another. */
async function fetchBeside(name: string, address: string): Promise<Blob> {
  const url = new URL(name, address).href;
  const response = await fetch(url);
  if (!response.ok) throw new VpdError('network', `${url} was answered with ${response.status}.`);
  return response.blob();
}
