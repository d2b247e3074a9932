import { answerInWorker } from '../../worker-calls/answer.ts';
import { maskFile } from './mask-files.ts';

/** Writes files off the page's thread, because a photo of 12 megapixels takes seconds. */
answerInWorker(maskFile);
