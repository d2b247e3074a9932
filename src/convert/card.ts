import { contextTokens, TASK_IDS } from '../vpd/config.ts';
import { elementCount } from '../weights/dtype.ts';
import { readModelCard } from '../weights/pack/model-card.ts';
import type { WeightScheme } from '../weights/quantize/stored-form.ts';
import type { StoredParameter } from '../weights/quantize/stored-parameters.ts';
import type { ConversionPlan } from './plan.ts';

/** The card mentions the vocabulary if its embedding has at least this many numbers; CLIP's has 38 million. */
const LARGE_VOCABULARY = 1e6;

/** Describes how the weights are stored; kinds of layers that the pack does not have are left out. */
function storedAs({ targets }: ConversionPlan, weights: WeightScheme): string {
  if (weights === 'f32') return 'everything in float32';
  if (weights === 'f16') return 'matrices and convolutions in float16, vectors in float32';
  const has = (test: (parameter: StoredParameter) => boolean): boolean =>
    targets.some(({ parameter }) => test(parameter));
  const vocabulary = has(({ kind, shape }) => kind === 'embedding' && (elementCount(shape) ?? 0) >= LARGE_VOCABULARY);
  const heads = TASK_IDS.filter((id) => has(({ name, delicate }) => delicate && name.startsWith(`${id}.head.`)));
  const eight = [
    'the autoencoder',
    'the UNet’s first and last blocks',
    ...heads.map((id) => `the ${id} head`),
    ...(vocabulary ? ['the vocabulary'] : []),
  ];
  return [
    ...(weights === 'q4'
      ? [
          'linear layers and convolutions in 4 bits (blocks of 32)',
          `${eight.slice(0, -1).join(', ')} and ${eight.at(-1)} in 8 bits`,
        ]
      : [
          'linear layers in 8 bits (blocks of 32)',
          'convolutions in 8 bits per output channel',
          ...(vocabulary ? ['the vocabulary in 8 bits per row'] : []),
        ]),
    ...(has(({ kind }) => kind === 'deconv') ? ['transposed convolutions in float16'] : []),
    'the rest in float32',
  ].join(', ');
}

/** The authors' description: what the model sees, its figures and its training data. */
function cardLines(provenance: ConversionPlan['provenance']): readonly string[] {
  const card = readModelCard(provenance);
  if (!card) return [];
  const { sees, misses, data, sets, figures } = card;
  const row = (cells: readonly (string | undefined)[]): string => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
  return [
    ...(sees === undefined ? [] : [`**It sees** ${sees}`, '']),
    ...(misses === undefined ? [] : [`**It does not see** ${misses}`, '']),
    ...(figures.length > 0
      ? [
          'On what it was never trained on:',
          '',
          row(['', ...sets]),
          row(['---', ...sets.map(() => '---')]),
          ...figures.map(({ name, values }) => row([name, ...values])),
          '',
        ]
      : []),
    ...(data.length > 0 ? ['Trained on:', '', ...data.map((source) => `- ${source}`), ''] : []),
  ];
}

/**
 * README.md of a converted pack.
 * @param bytes size of the weights
 */
export function modelCard(plan: ConversionPlan, weights: WeightScheme, bytes: number): string {
  const { config } = plan;
  const parameters = plan.targets.reduce((sum, { parameter }) => sum + (elementCount(parameter.shape) ?? 0), 0);
  const tasks = TASK_IDS.flatMap((id) => {
    const task = config.tasks[id];
    if (!task) return [];
    const tokens = contextTokens(task);
    return [`${id} (${tokens} context token${tokens === 1 ? '' : 's'})`];
  });
  const reasons = new Map<string, number>();
  for (const { reason } of plan.dropped) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return [
    `# ${config.name}`,
    '',
    'Weights of a visual perception model on a diffusion backbone (VPD, Zhao et al., ICCV 2023, arXiv 2303.02153), converted for',
    'running in a browser. `config.json` describes the model and holds the sha256 of every file.',
    '',
    `- Family: ${config.family}`,
    `- Tasks: ${tasks.length > 0 ? tasks.join(', ') : 'none (a plain backbone)'}`,
    `- Text encoder: ${config.text ? `${config.text.layers} layers, ${config.text.width} wide` : 'none'}`,
    `- Parameters: ${(parameters / 1e6).toFixed(2)} million`,
    `- Stored as ${weights}: ${storedAs(plan, weights)}; ${(bytes / 1e6).toFixed(1)} MB`,
    `- Made from: ${plan.sources.map(({ name, format }) => `${name} (${format})`).join(' and ')}`,
    `- Licence: ${plan.licence}`,
    '',
    ...cardLines(plan.provenance),
    'Folded in: the time embedding of t = 1 (into the biases of the residual blocks) and every BatchNorm (into the convolution before it).',
    '',
    ...(reasons.size > 0
      ? [
          'Left out:',
          '',
          ...[...reasons].map(([reason, count]) => `- ${count} tensor${count === 1 ? '' : 's'}: ${reason}`),
          '',
        ]
      : []),
    'Quantized weights are ordinary safetensors entries. `NAME.q` of type U8 [N, K/32, 4·bits] with `NAME.scale` [N, K/32] has the layout of',
    '`com.microsoft::MatMulNBits` (low nibble first; value = (q − 2^(bits−1))·scale); of type I8 with `NAME.scale` [rows] it is value = q·scale;',
    'of type I8 [rows, ⌈K/32⌉, 16] each byte holds two signed 4-bit numbers, low nibble first, rows are filled up with zeros, and each block of',
    '32 has a scale in `NAME.scale` [rows, ⌈K/32⌉]: value = q·scale.',
    '',
  ].join('\n');
}
