import { answerInWorker } from '../../../worker-calls/answer.ts';
import { answerAsk } from './answer.ts';
import type { Answer, Ask } from './protocol.ts';

answerInWorker<Ask, Answer>(answerAsk);
