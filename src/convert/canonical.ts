import { VpdError } from '../errors.ts';
import type { TensorInfo, TensorSource } from '../weights/source.ts';
import type { Family } from './names.ts';
import { placeName } from './names.ts';

export interface Dropped {
  readonly source: string;
  readonly name: string;
  readonly reason: string;
}

/** A tensor of a checkpoint, before folding. */
interface CanonicalTensor {
  readonly source: TensorSource;
  readonly info: TensorInfo;
}

/** Tensors of one or several checkpoints that make one model, by their names in the pack. */
export class Canonical {
  readonly tensors = new Map<string, CanonicalTensor>();
  readonly dropped: Dropped[] = [];
  /** Names that match no rule of the family. */
  readonly unknown: string[] = [];

  /**
   * Adds the tensors of one file; drops those for which `unwanted` returns a reason.
   * @throws VpdError bad-file if two tensors get the same name
   */
  add(source: TensorSource, family: Family, unwanted: (name: string) => string | undefined = () => undefined): void {
    for (const info of source.tensors.values()) {
      const place = placeName(info.name, family);
      if (!place) this.unknown.push(info.name);
      else if ('drop' in place) this.dropped.push({ source: source.name, name: info.name, reason: place.drop });
      else {
        const reason = unwanted(place.name);
        const before = this.tensors.get(place.name);
        if (reason) this.dropped.push({ source: source.name, name: info.name, reason });
        else if (before)
          throw new VpdError(
            'bad-file',
            `${source.name}: tensors ${before.info.name} and ${info.name} are both ${place.name} of the model.`,
          );
        else this.tensors.set(place.name, { source, info });
      }
    }
  }

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  shape(name: string): readonly number[] | undefined {
    return this.tensors.get(name)?.info.shape;
  }

  /**
   * Returns one side of a tensor that determines the sizes of the model.
   * @throws VpdError bad-file if the tensor is missing or has too few dimensions
   */
  side(name: string, axis: number): number {
    const tensor = this.tensors.get(name);
    if (!tensor)
      throw new VpdError(
        'bad-file',
        `The checkpoint has no tensor ${name}, which is needed to know the sizes of the model.`,
      );
    const side = tensor.info.shape[axis];
    if (side === undefined || side < 1)
      throw new VpdError(
        'bad-file',
        `${tensor.source.name}: tensor ${tensor.info.name} has shape [${tensor.info.shape.join(', ')}], too few dimensions for ${name}.`,
      );
    return side;
  }

  async read(name: string, signal?: AbortSignal): Promise<Float32Array> {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new VpdError('internal', `No tensor ${name} to read.`);
    return tensor.source.readF32(tensor.info.name, signal);
  }
}
