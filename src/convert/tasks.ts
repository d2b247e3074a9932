import { VpdError } from '../errors.ts';
import type { DepthTask, ReferTask, SegmentTask, TaskConfigs, UnetConfig } from '../vpd/config.ts';
import { featureChannels } from '../vpd/layout.ts';
import { MAX_CLASSES, MAX_NAMES } from '../weights/pack/vpd-schema.ts';
import { ADE20K_CLASSES } from './ade20k.ts';
import type { Canonical } from './canonical.ts';
import type { Family } from './names.ts';
import { NYU_SCENES } from './scenes.ts';

/** VPD takes cross-attention maps of at most (H/16)² queries: levels 1 (H/16) and 2 (H/32) of the UNet. */
const MAP_LEVELS: readonly number[] = [1, 2];
/** GroupNorm of the depth decoder's aggregation. */
const DEPTH_GROUPS = 16;
/** Metres at sigmoid = 1 for NYU Depth v2. */
const NYU_MAX_DEPTH = 10;

/** Names the rows of a task's `class_embeddings`: by the published names if their number matches, else by numbers. */
function namesFor(canonical: Canonical, task: string, known: readonly string[], noun: string): readonly string[] {
  const rows = canonical.side(`${task}.class_embeddings`, 0);
  if (rows > MAX_NAMES)
    throw new VpdError(
      'bad-file',
      `The checkpoint’s class_embeddings have ${rows} rows, more than the ${MAX_NAMES} that a pack may have: the file is damaged or of another kind.`,
    );
  if (task === 'segment' && rows > MAX_CLASSES)
    throw new VpdError(
      'unsupported',
      `The checkpoint has ${rows} classes and a pack may have ${MAX_CLASSES}, because the class of a pixel is one byte. Convert a checkpoint of fewer classes.`,
    );
  return rows === known.length ? known : Array.from({ length: rows }, (_, i) => `${noun} ${i + 1}`);
}

function depthTask(canonical: Canonical, maxDepth = NYU_MAX_DEPTH): DepthTask {
  const head = 'depth.head';
  const deconv: number[] = [];
  while (canonical.has(`${head}.deconv_layers.${3 * deconv.length}.weight`))
    deconv.push(canonical.side(`${head}.deconv_layers.${3 * deconv.length}.weight`, 1));
  return {
    context: 'scene',
    scenes: namesFor(canonical, 'depth', NYU_SCENES, 'scene'),
    maxDepth,
    maps: [],
    head: {
      kind: 'deconv',
      aggregate: canonical.side(`${head}.out_layer.0.weight`, 0),
      deconv,
      channels: canonical.side(`${head}.conv_layers.0.weight`, 0),
      groups: DEPTH_GROUPS,
      outputs: canonical.side(`${head}.last_layer_depth.2.weight`, 0),
    },
  };
}

/** The inputs of the decoder's first convolution are f3, f2 and one map per token, so they show the number of tokens: 40 or 77 (G-Ref). */
function referTask(canonical: Canonical, unet: UnetConfig): ReferTask {
  const [, , c2 = 0, c3 = 0] = featureChannels(unet);
  const tokens = canonical.side('refer.head.conv1_4.weight', 1) - c2 - c3;
  if (tokens < 2)
    throw new VpdError(
      'bad-file',
      `classifier.conv1_4 takes ${tokens + c2 + c3} channels, which leaves ${tokens} for attention maps in addition to the ${c2 + c3} of the features.`,
    );
  return {
    context: 'text',
    tokens,
    maps: MAP_LEVELS,
    head: {
      kind: 'topdown',
      hidden: canonical.side('refer.head.conv1_4.weight', 0),
      refine: [],
      outputs: canonical.side('refer.head.conv1_1.weight', 0),
    },
  };
}

function segmentTask(canonical: Canonical): SegmentTask {
  const head = 'segment.head';
  return {
    context: 'classes',
    classes: namesFor(canonical, 'segment', ADE20K_CLASSES, 'class'),
    maps: MAP_LEVELS,
    head: {
      kind: 'fpn',
      channels: canonical.side(`${head}.neck.lateral_convs.0.conv.weight`, 0),
      headChannels: canonical.side(`${head}.decode_head.scale_heads.0.0.conv.weight`, 0),
      outputs: canonical.side(`${head}.decode_head.conv_seg.weight`, 0),
    },
  };
}

/**
 * Derives the configs of a checkpoint's tasks from its shapes.
 * @throws VpdError bad-file, unsupported
 */
export function taskConfigs(
  family: Exclude<Family, 'native'>,
  canonical: Canonical,
  unet: UnetConfig,
  maxDepth?: number,
): TaskConfigs {
  switch (family) {
    case 'vpd-depth':
      return { depth: depthTask(canonical, maxDepth) };
    case 'vpd-refer':
      return { refer: referTask(canonical, unet) };
    case 'vpd-segment':
      return { segment: segmentTask(canonical) };
    case 'sd-v1':
      return {};
  }
}
