/** Types only: what the page and the shelf's worker say to each other. */

import type { WireError } from '../../asking/wire.ts';
import type { FitReport } from '../../engine/fit.ts';
import type { DeviceReport } from '../../engine/protocol.ts';
import type { PackSummary } from '../../weights/pack-summary.ts';

/** What a config says of its pack. */
export interface PackFacts {
  readonly summary: PackSummary;
  /** sha256 of config.json, which holds the hashes of all other files. */
  readonly sha256: string;
}

/** A pack that is stored in this browser. */
export interface ShelfItem extends PackFacts {
  readonly id: string;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  /** Where it came from: file names or an address. */
  readonly source: string;
}

/** A download that stopped on its way and can go on. */
export interface UnfinishedItem {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly done: number;
  readonly total: number;
}

/** A pack that is stored but cannot be read. */
export interface DamagedItem {
  readonly id: string;
  readonly name: string;
  readonly why: string;
}

export interface ShelfList {
  readonly items: readonly ShelfItem[];
  readonly unfinished: readonly UnfinishedItem[];
  readonly damaged: readonly DamagedItem[];
  /** Bytes that this page uses and may use; undefined where the browser does not tell. */
  readonly usage: number | undefined;
  readonly quota: number | undefined;
}

/** What lies at an address, from its first bytes. */
export type Found =
  | ({
      readonly kind: 'pack';
      /** Of its folder. */
      readonly address: string;
      /** Id under which it is on the shelf already. */
      readonly stored: string | undefined;
      readonly fit: FitReport | undefined;
    } & PackFacts)
  | { readonly kind: 'checkpoint'; readonly address: string; readonly name: string; readonly bytes: number };

export interface ShelfMethods {
  list: { params: Record<never, never>; result: ShelfList };
  /** What the pack in a folder of the page's own server is. */
  describe: { params: { readonly address: string }; result: PackFacts };
  rename: { params: { readonly id: string; readonly name: string }; result: null };
  /** A pack, a damaged one or an unfinished download. */
  remove: { params: { readonly id: string }; result: null };
  /** Hashes every file. */
  verify: { params: { readonly id: string }; result: null };
  /** Asks an address what it is; only as much is fetched as that takes. */
  lookUp: {
    params: { readonly address: string; readonly device: DeviceReport | undefined };
    result: Found;
  };
  /** Whether a stored pack fits the device. */
  fit: { params: { readonly id: string; readonly device: DeviceReport }; result: FitReport };
  /** Downloads a pack onto the shelf and gives its id; with the id of an unfinished download, goes on with that one and no other. */
  download: { params: { readonly address: string; readonly id?: string | undefined }; result: string };
  /** Puts a ZIP, or the files of a pack, on the shelf; gives its id. */
  importFiles: { params: { readonly files: readonly File[] }; result: string };
  exportZip: { params: { readonly id: string }; result: Blob };
  exportFolder: { params: { readonly id: string; readonly folder: FileSystemDirectoryHandle }; result: null };
}
export type ShelfMethod = keyof ShelfMethods;

export interface ShelfProgress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

export type ToShelf =
  | {
      [M in ShelfMethod]: {
        readonly kind: 'request';
        readonly id: number;
        readonly method: M;
        readonly params: ShelfMethods[M]['params'];
      };
    }[ShelfMethod]
  | { readonly kind: 'cancel'; readonly id: number };

export type FromShelf =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: ShelfProgress }
  | { readonly kind: 'result'; readonly id: number; readonly result: ShelfMethods[ShelfMethod]['result'] }
  | { readonly kind: 'error'; readonly id: number; readonly error: WireError };
