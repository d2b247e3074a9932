import { join } from 'node:path';
import { exists } from '../files/paths.ts';
import { checkScopes, type Scope } from '../scopes.ts';
import { ade20kData, findAde20k } from './ade20k.ts';
import type { DataOptions, DepthData, ReferData, SegmentData } from './data.ts';
import { depthFolder, referFolder, segmentFolder } from './folders.ts';
import { NYU_FILE, nyuData } from './nyu.ts';
import { isRefcoco, refcocoData } from './refcoco.ts';

/** Names of the kinds of data, for messages. A folder in our own layout has no splits and contains its photos. */
const NYU = 'NYU Depth v2';
const REFCOCO = 'RefCOCO';
const ADE20K = 'ADE20K';
const OWN = 'a folder in the layout of meta.json, refs.json or classes.json';

const SCOPES: Readonly<Record<string, Scope>> = {
  split: { for: [NYU, REFCOCO, ADE20K] },
  'split-by': { for: [REFCOCO] },
  images: { for: [REFCOCO] },
};

function checkOptions(kind: string, { split, splitBy, images }: DataOptions): void {
  const options = Object.entries({ split, 'split-by': splitBy, images });
  const given = options.flatMap(([name, value]) => (value === undefined ? [] : [name]));
  checkScopes(SCOPES, kind, new Set(given));
}

/**
 * Opens the data of a folder in our own layout or in a benchmark's published one.
 * @throws VpdError bad-request: an option that this kind of data does not have
 */
export async function openDepthData(data: string, options: DataOptions): Promise<DepthData> {
  const isNyu = await exists(join(data, NYU_FILE));
  checkOptions(isNyu ? NYU : OWN, options);
  return isNyu ? nyuData(data, options) : depthFolder(data);
}

export async function openReferData(data: string, options: DataOptions): Promise<ReferData> {
  const isPublished = !(await exists(join(data, 'refs.json'))) && (await isRefcoco(data));
  checkOptions(isPublished ? REFCOCO : OWN, options);
  return isPublished ? refcocoData(data, options) : referFolder(data);
}

export async function openSegmentData(data: string, options: DataOptions): Promise<SegmentData> {
  const ade20k = await findAde20k(data);
  checkOptions(ade20k === undefined ? OWN : ADE20K, options);
  return ade20k === undefined ? segmentFolder(data) : ade20kData(ade20k, options);
}
