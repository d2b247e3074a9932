import { answerInWorker } from '../worker-calls/answer.ts';
import { answerSample } from './answer.ts';

/** Reads samples outside the page's thread, because decoding a sample's images takes a second on a phone. */
answerInWorker(answerSample);
