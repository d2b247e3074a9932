import { encodeModel } from './encode.ts';
import type { Attribute, ElementType, ExternalData, Initializer, Node, Port } from './types.ts';
import { ELEMENT_BYTES } from './types.ts';

/** A tensor of the graph under construction. Shapes are static: every size is known while building. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
}

export interface NodeOptions {
  readonly dims: readonly number[];
  /** Defaults to the first input's type. */
  readonly type?: ElementType;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: 'com.microsoft';
  /** Readable prefix of the output's name. */
  readonly label?: string;
}

/** Returns the number of elements of a shape. */
export const elements = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1);

/** Collects nodes and initializers of one ONNX graph. */
export class GraphBuilder {
  /** Multiply–accumulates of one run; the code that adds a matrix product or convolution counts them. */
  macs = 0;
  /** Bytes of the largest tensor that a node outputs: it must fit into one buffer of the device. */
  largest = 0;
  /** Bytes of all tensors that nodes output. A reshaped tensor is not counted again. */
  activations = 0;
  private readonly nodes: Node[] = [];
  private readonly initializers: Initializer[] = [];
  private readonly constants = new Map<string, Value>();
  private readonly inputs: Port[] = [];
  private readonly outputs: Port[] = [];
  private serial = 0;

  input(name: string, type: ElementType, dims: readonly number[]): Value {
    const port = { name, type, dims };
    this.inputs.push(port);
    return port;
  }

  /** Makes `value` an output of the graph under `name`. */
  output(value: Value, name: string): void {
    this.nodes.push({ op: 'Identity', domain: '', inputs: [value.name], outputs: [name], attributes: {} });
    this.outputs.push({ name, type: value.type, dims: value.dims });
  }

  /** Adds a node with one output. An input may be undefined where it is optional in ONNX. */
  node(op: string, inputs: readonly (Value | undefined)[], options: NodeOptions): Value {
    const name = `${options.label ?? op}_${this.serial++}`;
    this.nodes.push({
      op,
      domain: options.domain ?? '',
      inputs: inputs.map((input) => input?.name ?? ''),
      outputs: [name],
      attributes: options.attributes ?? {},
    });
    const type = options.type ?? inputs[0]?.type ?? 'float32';
    const bytes = elements(options.dims) * ELEMENT_BYTES[type];
    this.largest = Math.max(this.largest, bytes);
    if (op !== 'Reshape') this.activations += bytes;
    return { name, type, dims: options.dims };
  }

  /** Builds operators that a device runs as one kernel, so that no tensor between them is stored. */
  fused(work: () => Value): Value {
    return work();
  }

  /** Splits `value` into equal parts along `axis`. */
  split(value: Value, axis: number, parts: number): readonly Value[] {
    const at = axis < 0 ? axis + value.dims.length : axis;
    const dims = value.dims.map((size, i) => (i === at ? size / parts : size));
    const names = Array.from({ length: parts }, () => `Split_${this.serial++}`);
    this.activations += elements(value.dims) * ELEMENT_BYTES[value.type];
    this.nodes.push({
      op: 'Split',
      domain: '',
      inputs: [value.name],
      outputs: names,
      attributes: { axis: at, num_outputs: parts },
    });
    return names.map((name) => ({ name, type: value.type, dims }));
  }

  /** Adds a small constant, stored in the model itself; equal constants are stored once. */
  constant(type: ElementType, dims: readonly number[], data: Uint8Array): Value {
    const key = `${type} ${dims.join('x')} ${Array.from(data.subarray(0, 64)).join(',')} ${data.length}`;
    const known = data.length <= 64 ? this.constants.get(key) : undefined;
    if (known) return known;
    const name = `const_${this.serial++}`;
    this.initializers.push({ name, type, dims, data });
    const value = { name, type, dims };
    if (data.length <= 64) this.constants.set(key, value);
    return value;
  }

  int64(values: readonly number[]): Value {
    return this.constant('int64', [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
  }

  float32(values: ArrayLike<number>, dims: readonly number[]): Value {
    return this.constant('float32', dims, new Uint8Array(Float32Array.from(values).buffer));
  }

  /** Adds a weight, in an external file or as bytes in the model. Weights of the same name are the same and stored once. */
  external(name: string, type: ElementType, dims: readonly number[], data: ExternalData | Uint8Array): Value {
    const known = this.constants.get(name);
    if (known) return known;
    this.initializers.push({ name, type, dims, data });
    const value = { name, type, dims };
    this.constants.set(name, value);
    return value;
  }

  /** Encodes the graph. `files` are the external files that its initializers point into. */
  finish(name: string): {
    model: Uint8Array;
    inputs: readonly Port[];
    outputs: readonly Port[];
    files: readonly string[];
  } {
    const files = new Set<string>();
    for (const { data } of this.initializers) if (!(data instanceof Uint8Array)) files.add(data.file);
    const graph = {
      name,
      nodes: this.nodes,
      initializers: this.initializers,
      inputs: this.inputs,
      outputs: this.outputs,
    };
    return { model: encodeModel(graph), inputs: this.inputs, outputs: this.outputs, files: [...files] };
  }
}
