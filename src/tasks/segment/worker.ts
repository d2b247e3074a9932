import { answerInWorker } from '../../worker-calls/answer.ts';
import { labelFile } from './label-files.ts';

/** Writes files off the page's thread, because a photo of 12 megapixels takes a second. */
answerInWorker(labelFile);
