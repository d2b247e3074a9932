import { join } from 'node:path';
import { ade20kData, findAde20k } from './ade20k.ts';
import type { DataOptions, DepthData, ReferData, SegmentData } from './data.ts';
import { exists } from './files.ts';
import { depthFolder, referFolder, segmentFolder } from './folders.ts';
import { NYU_FILE, nyuData } from './nyu.ts';
import { isRefcoco, refcocoData } from './refcoco.ts';

/** The data of a folder, whichever layout it has: our own, or a benchmark's as published. */
export const openDepthData = async (data: string, options: DataOptions): Promise<DepthData> =>
  (await exists(join(data, NYU_FILE))) ? nyuData(data, options) : depthFolder(data);

export const openReferData = async (data: string, options: DataOptions): Promise<ReferData> =>
  !(await exists(join(data, 'refs.json'))) && (await isRefcoco(data)) ? refcocoData(data, options) : referFolder(data);

export async function openSegmentData(data: string, options: DataOptions): Promise<SegmentData> {
  const ade20k = await findAde20k(data);
  return ade20k === undefined ? segmentFolder(data) : ade20kData(ade20k, options);
}
