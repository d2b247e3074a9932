/**
 * A Blob whose ranges ORT's JSPI build can read safely. That build reads every initializer with a BYOB reader of `slice(…).stream()`, and in
 * Chromium (156) such a read may never settle if garbage is collected at the wrong moment: one in about 17,000, where a network has up to 570
 * initializers. The session's creation then waits for ever. Here the stream is a plain one with the whole range as its only chunk, of which no
 * BYOB reader can be made, so ORT uses an ordinary one. The data is not copied until it is read.
 */
export class RangeBlob extends Blob {
  constructor(blob: Blob) {
    super([blob]);
  }

  override slice(start?: number, end?: number): RangeBlob {
    return new RangeBlob(super.slice(start, end));
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      pull: async (controller) => {
        controller.enqueue(new Uint8Array(await this.arrayBuffer()));
        controller.close();
      },
    });
  }
}
