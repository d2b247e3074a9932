import { VpdError } from '../../errors.ts';
import { decodeImage } from '../../image/formats/decode-web.ts';
import type { RgbImage } from '../../image/rgb.ts';
import { answerInWorker } from '../../worker-calls/answer.ts';
import type { FromReport, ToReport } from './protocol.ts';
import { readReport } from './read.ts';
import { createReport, type ReportWriter } from './write.ts';

/** JPEG quality above which no difference is visible. */
const QUALITY = 0.88;

async function jpeg({ width, height, data }: RgbImage): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context)
    throw new VpdError('no-memory', `A drawing surface of ${width}×${height} px could not be made. Close other pages.`);
  const pixels = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = data[3 * i + c] ?? 0;
    pixels.data[4 * i + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })).arrayBuffer());
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
