import { answerInWorker } from '../asking/answer.ts';
import { answerSample } from './answer.ts';

/** Reads what came with a sample away from the page's thread: on a phone its pictures take a second. */
answerInWorker(answerSample);
