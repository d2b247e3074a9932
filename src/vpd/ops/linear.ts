import type { Value } from '../../onnx/builder.ts';
import { BLOCK_SIZE } from '../graph.ts';
import { type Context, cast, raw, reshape, stored, transpose, vector } from './context.ts';
import { dequantizePerRow } from './conv.ts';

/**
 * Multiplies tokens [N,K] by `name.weight` [out,K] (a linear layer or a 1×1 convolution) and adds `name.bias` unless `bias` is false.
 * On WebGPU blocked weights stay packed and go through MatMulNBits; the plain lowering dequantizes them.
 */
export function linear(ctx: Context, tokens: Value, name: string, bias = true): Value {
  const [rows = 1, k = 1] = tokens.dims;
  const weightName = `${name}.weight`;
  const biasValue = bias ? vector(ctx, `${name}.bias`) : undefined;
  const blocked = ctx.weights.get(`${weightName}.q`)?.dtype === 'U8';
  if (blocked && ctx.lowering.target === 'webgpu') return matMulNBits(ctx, tokens, weightName, biasValue);
  const weight = blocked ? dequantizeBlocks(ctx, weightName, k) : plainMatrix(ctx, weightName, k);
  const out = weight.dims[0] ?? 1;
  ctx.graph.macs += rows * k * out;
  return ctx.graph.node('Gemm', [tokens, weight, biasValue], {
    dims: [rows, out],
    attributes: { transB: 1 },
    label: name,
  });
}

function plainMatrix(ctx: Context, name: string, k: number): Value {
  const quantized = ctx.weights.has(`${name}.q`);
  const out = stored(ctx, quantized ? `${name}.q` : name).shape[0] ?? 1;
  return quantized ? dequantizePerRow(ctx, name, [out, k]) : vector(ctx, name, [out, k]);
}

function blockBits(ctx: Context, name: string): { out: number; blocks: number; bits: 4 | 8 } {
  const [out = 1, blocks = 1, bytes = BLOCK_SIZE] = stored(ctx, `${name}.q`).shape;
  return { out, blocks, bits: bytes === BLOCK_SIZE ? 8 : 4 };
}

function matMulNBits(ctx: Context, tokens: Value, name: string, bias: Value | undefined): Value {
  const { out, blocks, bits } = blockBits(ctx, name);
  const [rows = 1, k = 1] = tokens.dims;
  const scale = cast(ctx, raw(ctx, `${name}.scale`, [out * blocks]), ctx.float);
  ctx.graph.macs += rows * k * out;
  const product = ctx.graph.node('MatMulNBits', [tokens, raw(ctx, `${name}.q`), scale], {
    dims: [rows, out],
    domain: 'com.microsoft',
    attributes: { K: k, N: out, bits, block_size: BLOCK_SIZE },
    label: name,
  });
  return bias ? ctx.graph.node('Add', [product, bias], { dims: product.dims }) : product;
}

/** Dequantizes the bytes of MatMulNBits with a blocked DequantizeLinear, whose zero point is the middle of the unsigned range. */
function dequantizeBlocks(ctx: Context, name: string, k: number): Value {
  const { out, blocks, bits } = blockBits(ctx, name);
  const type = bits === 8 ? 'uint8' : 'uint4';
  const packed = raw(ctx, `${name}.q`, [out, k], type);
  const scale = cast(ctx, raw(ctx, `${name}.scale`, [out, blocks]), ctx.float);
  const bytes =
    bits === 8 ? new Uint8Array(out * blocks).fill(128) : new Uint8Array(Math.ceil((out * blocks) / 2)).fill(0x88);
  const zero = ctx.graph.external(`zero_${bits}_${out}x${blocks}`, type, [out, blocks], bytes);
  return ctx.graph.node('DequantizeLinear', [packed, scale, zero], {
    dims: [out, k],
    type: ctx.float,
    attributes: { axis: 1, block_size: BLOCK_SIZE },
  });
}

/** NCHW (batch 1) → tokens [H·W, C]. */
export function toTokens(ctx: Context, x: Value): Value {
  const [, c = 1, h = 1, w = 1] = x.dims;
  return reshape(ctx, transpose(ctx, x, [0, 2, 3, 1]), [h * w, c]);
}

/** Tokens [H·W, C] → NCHW (batch 1). */
export function toImage(ctx: Context, tokens: Value, height: number, width: number): Value {
  const c = tokens.dims[1] ?? 1;
  return transpose(ctx, reshape(ctx, tokens, [1, height, width, c]), [0, 3, 1, 2]);
}

/** 1×1 convolution of NCHW `x`: a linear layer over its pixels. */
export function pointwise(ctx: Context, x: Value, name: string): Value {
  const [, , h = 1, w = 1] = x.dims;
  return toImage(ctx, linear(ctx, toTokens(ctx, x), name), h, w);
}
