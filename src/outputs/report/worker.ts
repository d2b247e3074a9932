import { VpdError } from '../../errors.ts';
import { context2d } from '../../image/formats/context2d.ts';
import { decodeImage } from '../../image/formats/decode-web.ts';
import { imageDataOf } from '../../image/formats/image-data.ts';
import type { RgbImage } from '../../image/rgb.ts';
import { answerInWorker } from '../../worker-calls/answer.ts';
import type { FromReport, ToReport } from './protocol.ts';
import { readReport } from './read.ts';
import { createReport, type ReportWriter } from './write.ts';

/** JPEG quality above which no difference is visible. */
const QUALITY = 0.88;

async function jpeg({ width, height, data }: RgbImage): Promise<Uint8Array> {
  const context = context2d(width, height);
  context.putImageData(
    imageDataOf(width, height, (pixel, channel) => data[3 * pixel + channel] ?? 0),
    0,
    0,
  );
  const file = await context.canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
  return new Uint8Array(await file.arrayBuffer());
}

const codec = { decode: async (file: Blob, name: string) => (await decodeImage(file, name)).image, jpeg };

let writer: ReportWriter | undefined;

function started(): ReportWriter {
  if (!writer) throw new VpdError('bad-request', 'The report has not been started.');
  return writer;
}

answerInWorker<ToReport, FromReport>(async (question) => {
  switch (question.kind) {
    case 'start':
      writer = createReport(question, codec);
      return { kind: 'noted' };
    case 'photo':
      await started().add(question.photo);
      return { kind: 'noted' };
    case 'finish':
      return { kind: 'written', file: await started().finish() };
    case 'read':
      return { kind: 'read', contents: await readReport(question.file, question.name) };
  }
});
