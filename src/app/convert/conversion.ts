import { CONVERTING_FOLDER, namesIn, openStorage } from '../../storage/files/opfs.ts';
import { onDemand } from '../../ui/on-demand.ts';
import type { SessionParts } from '../session-parts.ts';
import type { ConversionController } from './controller.ts';

export interface Conversions {
  /** Calls `use` with the controller of conversions, whose code is loaded on demand. */
  convert(use: (controller: ConversionController) => unknown): void;
  /** Lists the unfinished conversions of earlier visits, if there are any. */
  findConversions(): Promise<void>;
}

export function createConversions(parts: SessionParts, openPack: (id: string) => Promise<boolean>): Conversions {
  const convert = onDemand(
    () => import('./controller.ts'),
    ({ createConversionController }) => createConversionController(parts, openPack),
    parts.showError,
  );
  return {
    convert,
    async findConversions() {
      try {
        const unfinished = await namesIn(await openStorage(CONVERTING_FOLDER), 'directory');
        if (unfinished.length > 0) convert((controller) => controller.listUnfinished());
      } catch {
        // Without storage there is nothing to continue; other errors show up again when the storage is used.
      }
    },
  };
}
