import protobuf from 'protobufjs/minimal.js';
import { type Attribute, ELEMENT_TYPE, type Graph, type Initializer, type Node, type Port } from './types.ts';

type Writer = protobuf.Writer;

/** IR version 10 is the first with 4-bit types; opset 21 is the first with blocked DequantizeLinear. */
const IR_VERSION = 10;
const OPSETS = [
  ['', 21],
  ['com.microsoft', 1],
] as const;

/** Protobuf wire types. */
const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

/** AttributeProto.AttributeType. */
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 } as const;
const EXTERNAL = 1;

const tag = (writer: Writer, field: number, wire: number): Writer => writer.uint32((field << 3) | wire);
const int = (writer: Writer, field: number, value: number): Writer => tag(writer, field, VARINT).int64(value);
const text = (writer: Writer, field: number, value: string): Writer => tag(writer, field, BYTES).string(value);
function message(writer: Writer, field: number, write: (inner: Writer) => void): void {
  tag(writer, field, BYTES).fork();
  write(writer);
  writer.ldelim();
}
function packed(writer: Writer, field: number, values: readonly number[]): void {
  message(writer, field, (inner) => {
    for (const value of values) inner.int64(value);
  });
}

function writeAttribute(writer: Writer, name: string, value: Attribute): void {
  text(writer, 1, name);
  if (typeof value === 'number') int(int(writer, 3, value), 20, ATTRIBUTE.int);
  else if (typeof value === 'string') int(text(writer, 4, value), 20, ATTRIBUTE.string);
  else if ('float' in value) int(tag(writer, 2, FIXED32).float(value.float), 20, ATTRIBUTE.float);
  else {
    packed(writer, 8, value);
    int(writer, 20, ATTRIBUTE.ints);
  }
}

function writeNode(writer: Writer, node: Node): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 3, node.outputs[0] ?? '');
  text(writer, 4, node.op);
  for (const [name, value] of Object.entries(node.attributes))
    message(writer, 5, (inner) => writeAttribute(inner, name, value));
  if (node.domain !== '') text(writer, 7, node.domain);
}

function writeInitializer(writer: Writer, tensor: Initializer): void {
  packed(writer, 1, tensor.dims);
  int(writer, 2, ELEMENT_TYPE[tensor.type]);
  text(writer, 8, tensor.name);
  const { data } = tensor;
  if (data instanceof Uint8Array) {
    tag(writer, 9, BYTES).bytes(data);
    return;
  }
  const entries = { location: data.file, offset: String(data.offset), length: String(data.length) };
  for (const [key, value] of Object.entries(entries))
    message(writer, 13, (inner) => text(text(inner, 1, key), 2, value));
  int(writer, 14, EXTERNAL);
}

function writePort(writer: Writer, port: Port): void {
  text(writer, 1, port.name);
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      int(tensor, 1, ELEMENT_TYPE[port.type]);
      message(tensor, 2, (shape) => {
        for (const size of port.dims) message(shape, 1, (dim) => int(dim, 1, size));
      });
    }),
  );
}

/**
 * Serialises a graph as an ONNX ModelProto (field numbers of onnx.proto3). Weights in other files are referenced as external data, so the
 * returned bytes are few.
 */
export function encodeModel(graph: Graph): Uint8Array {
  const writer = protobuf.Writer.create();
  int(writer, 1, IR_VERSION);
  text(writer, 2, 'vpd-workbench');
  message(writer, 7, (inner) => {
    for (const node of graph.nodes) message(inner, 1, (w) => writeNode(w, node));
    text(inner, 2, graph.name);
    for (const tensor of graph.initializers) message(inner, 5, (w) => writeInitializer(w, tensor));
    for (const port of graph.inputs) message(inner, 11, (w) => writePort(w, port));
    for (const port of graph.outputs) message(inner, 12, (w) => writePort(w, port));
  });
  for (const [domain, version] of OPSETS) message(writer, 8, (inner) => int(text(inner, 1, domain), 2, version));
  return writer.finish();
}
