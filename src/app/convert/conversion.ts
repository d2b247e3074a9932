import { CONVERTING_FOLDER, namesIn, openStorage } from '../../storage/files/opfs.ts';
import { onDemand } from '../../ui/on-demand.ts';
import type { SessionParts } from '../session-parts.ts';
import type { ConversionController } from './controller.ts';

export interface Conversions {
  /** Does something with the conversion of checkpoints, whose code is loaded on demand. */
  convert(use: (controller: ConversionController) => unknown): void;
  /** Says so if an earlier visit left a conversion to go on with. */
  findConversions(): Promise<void>;
}

export function createConversions(parts: SessionParts, openPack: (id: string) => Promise<boolean>): Conversions {
  const convert = onDemand(
    () => import('./controller.ts'),
    ({ createConversionController }) => createConversionController(parts, openPack),
    parts.tell,
  );
  return {
    convert,
    async findConversions() {
      try {
        const begun = await namesIn(await openStorage(CONVERTING_FOLDER), 'directory');
        if (begun.length > 0) convert((controller) => controller.look());
      } catch {
        // A browser without storage has nothing left over; what else is wrong with it is said when it matters.
      }
    },
  };
}
