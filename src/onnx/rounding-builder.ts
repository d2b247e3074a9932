import { GraphBuilder, type NodeOptions, type Value } from './builder.ts';
import { ELEMENT_TYPE, type ElementType, type ExternalData } from './types.ts';

/** Operators that do not change values, so their outputs need no rounding. */
const MOVES: ReadonlySet<string> = new Set(['Cast', 'Reshape', 'Transpose', 'Concat', 'Slice', 'Gather', 'Identity']);

/**
 * Rounds every float tensor between two operators to half precision and back. On a CPU this shows the loss and the overflows of a device
 * that keeps its activations in half precision. Sums inside one operator stay in single precision.
 */
export class RoundingBuilder extends GraphBuilder {
  private inside = false;

  override input(name: string, type: ElementType, dims: readonly number[]): Value {
    return this.rounded(super.input(name, type, dims));
  }

  override external(name: string, type: ElementType, dims: readonly number[], data: ExternalData | Uint8Array): Value {
    return this.rounded(super.external(name, type, dims, data));
  }

  override node(op: string, inputs: readonly (Value | undefined)[], options: NodeOptions): Value {
    const value = super.node(op, inputs, options);
    return this.inside || MOVES.has(op) ? value : this.rounded(value);
  }

  override fused(work: () => Value): Value {
    this.inside = true;
    try {
      return this.rounded(work());
    } finally {
      this.inside = false;
    }
  }

  private rounded(value: Value): Value {
    if (value.type !== 'float32') return value;
    const { dims } = value;
    const cast = (from: Value, type: ElementType): Value =>
      super.node('Cast', [from], { dims, type, attributes: { to: ELEMENT_TYPE[type] } });
    return cast(cast(value, 'float16'), 'float32');
  }
}
