import { toVpdError } from '../errors.ts';
import { CONVERTING_FOLDER, namesIn, openStorage } from '../storage/opfs.ts';
import type { ConversionController } from './convert/controller.ts';
import type { SessionParts } from './session.ts';

export interface Conversions {
  /** Does something with the conversion of checkpoints, whose code comes with the first such wish. */
  convert(work: (controller: ConversionController) => void | Promise<void>): void;
  /** Says so if an earlier visit left a conversion to go on with. */
  findConversions(): Promise<void>;
}

export function createConversions(parts: SessionParts, openPack: (id: string) => Promise<boolean>): Conversions {
  let loading: Promise<ConversionController> | undefined;
  function load(): Promise<ConversionController> {
    loading ??= import('./convert/controller.ts').then((module) => module.createConversionController(parts, openPack));
    loading.catch(() => {
      loading = undefined;
    });
    return loading;
  }
  return {
    convert(work) {
      load()
        .then(work)
        .catch((thrown: unknown) => parts.report(toVpdError(thrown)));
    },
    async findConversions() {
      try {
        const begun = await namesIn(await openStorage(CONVERTING_FOLDER), 'directory');
        if (begun.length > 0) await (await load()).look();
      } catch {
        // A browser without storage has nothing left over; what else is wrong with it is said when it matters.
      }
    },
  };
}
