import { answerInWorker } from '../../asking/answer.ts';
import { maskFile } from './files.ts';

/** Writes a file away from the page's thread: a photo of 12 megapixels takes seconds. */
answerInWorker(maskFile);
