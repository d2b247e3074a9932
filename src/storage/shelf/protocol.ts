/** Types only: messages between the page and the shelf's worker. */

import type { FitReport } from '../../engine/fit.ts';
import type { DeviceReport } from '../../engine/results.ts';
import type { PackSummary } from '../../weights/pack/pack-summary.ts';
import type { RequestFor } from '../../worker-calls/methods.ts';
import type { WireError } from '../../worker-calls/wire.ts';

/** Description of a pack, from its config. */
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

/** An interrupted download that can be resumed. */
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
  /** Bytes that this page uses and may use; undefined if the browser does not say. */
  readonly usage: number | undefined;
  readonly quota: number | undefined;
}

/** Description of the pack or checkpoint at an address. */
export type Found =
  | ({
      readonly kind: 'pack';
      /** URL of its folder. */
      readonly address: string;
      /** Its id, if it is already on the shelf. */
      readonly stored: string | undefined;
      readonly fit: FitReport | undefined;
    } & PackFacts)
  | { readonly kind: 'checkpoint'; readonly address: string; readonly name: string; readonly bytes: number };

export interface ShelfMethods {
  list: { params: Record<never, never>; result: ShelfList };
  /** Describes the pack in a folder of the page's own server. */
  describe: { params: { readonly address: string }; result: PackFacts };
  rename: { params: { readonly id: string; readonly name: string }; result: null };
  /** Deletes a pack, a damaged pack or an unfinished download. */
  remove: { params: { readonly id: string }; result: null };
  /** Checks the hash of every file. */
  verify: { params: { readonly id: string }; result: null };
  /** Describes what is at an address, from as few bytes as possible. */
  lookUp: {
    params: { readonly address: string; readonly device: DeviceReport | undefined };
    result: Found;
  };
  /** Tells whether the device can run a stored pack. */
  fit: { params: { readonly id: string; readonly device: DeviceReport }; result: FitReport };
  /** Downloads a pack onto the shelf and returns its id. With the id of an unfinished download, resumes only that one. */
  download: { params: { readonly address: string; readonly id?: string | undefined }; result: string };
  /** Puts a ZIP, or the files of a pack, on the shelf and returns its id. */
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

export type ToShelf = RequestFor<ShelfMethods> | { readonly kind: 'cancel'; readonly id: number };

export type FromShelf =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: ShelfProgress }
  | { readonly kind: 'result'; readonly id: number; readonly result: ShelfMethods[ShelfMethod]['result'] }
  | { readonly kind: 'error'; readonly id: number; readonly error: WireError };
