import { answerInWorker } from '../../asking/answer.ts';
import { answerAsk } from './answer.ts';
import type { Answer, Ask } from './geometry.ts';

answerInWorker<Ask, Answer>(answerAsk);
