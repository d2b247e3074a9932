import { toVpdError } from '../errors.ts';
import { type FileRequest, maskFile } from '../tasks/refer/files.ts';

declare const self: DedicatedWorkerGlobalScope;

/** Writes one file away from the page's thread: a photo of 12 megapixels takes seconds. */
self.onmessage = async ({ data }: MessageEvent<FileRequest>) => {
  try {
    self.postMessage({ file: await maskFile(data) });
  } catch (thrown) {
    const { code, message } = toVpdError(thrown);
    self.postMessage({ code, message });
  }
};
