import { answerInWorker } from '../../../worker-calls/answer.ts';
import { answerRequest } from './answer.ts';
import type { GeometryAnswer, GeometryRequest } from './protocol.ts';

answerInWorker<GeometryRequest, GeometryAnswer>(answerRequest);
