import type { DeviceOptions } from '../engine/device.ts';
import type { Engine, EngineOptions, OpenOptions, PackSource } from '../engine/protocol.ts';
import type { Demands } from './device/demands.ts';
import type { NoticeActions } from './notices/notices.ts';
import type { Media } from './photos/media.ts';
import type { Results } from './results/results.ts';
import type { AppStore } from './store.ts';

/** Dependencies and initial options of a session. */
export interface SessionOptions extends DeviceOptions {
  readonly store: AppStore;
  readonly results: Results;
  readonly media: Media;
  /** Loads the engine's code on demand, so that it does not delay the first paint. */
  makeEngine(options: EngineOptions): Promise<Engine>;
  /** The pack that comes with the page. */
  readonly pack: PackSource;
  /** The pack to open first, if it is another one. If it cannot be opened, the page's own pack is opened instead. */
  readonly first?: PackSource;
  readonly firstHow?: OpenOptions;
  /** Makes a small picture of a decoded photo for the strip; resolves to its address. */
  makeThumbnail(bitmap: ImageBitmap): Promise<string>;
  /** Decodes a plain picture for drawing. */
  makeBitmap(file: Blob): Promise<ImageBitmap>;
  fetchFile(url: string): Promise<Blob>;
  /** Returns facts about the page and the browser, one per line, for the details of an error. */
  about?(): readonly string[];
}

/** What the features of a session use. */
export interface SessionParts extends Omit<SessionOptions, keyof DeviceOptions>, Pick<NoticeActions, 'showError'> {
  /** Of the page's engine. */
  readonly demands: Demands;
  /** Returns the engine once its code is loaded; it queues calls while the pack opens. */
  engine(): Engine | undefined;
}
