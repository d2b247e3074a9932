import { PickleBytes } from './pickle-bytes.ts';
import { readLiteral } from './pickle-literals.ts';
import { integer, readTextLiteral } from './pickle-text.ts';
import type { Global, PickleDict, PickleList, PickleTuple, PickleValue, Stub } from './pickle-values.ts';
import { inWords, isKind } from './pickle-values.ts';

/** A real checkpoint has some ten thousand opcodes, a million with an optimizer's state. */
const MAX_OPCODES = 20_000_000;
/** Python's pickler writes batches of a thousand items, so real stacks are far smaller. */
const MAX_STACK = 1_000_000;
/** Containers open at the same time, i.e. the nesting depth. */
const MAX_MARKS = 10_000;
const MAX_MEMO = 5_000_000;
/**
 * Lists, tuples, dicts and other objects that a pickle creates; limited because one byte creates a dict of about a hundred bytes. Stable
 * Diffusion with both copies of its weights has 20 thousand, an optimizer's state a few times that, the refs of RefCOCO half a million.
 */
const MAX_OBJECTS = 2_000_000;
/** Maximum number of foreign names that are reported. */
const MAX_FOREIGN = 50;

/** The allow-list: objects that a pickle may build besides Python's plain values. Everything else becomes a stub. */
export interface PickleBuilders {
  /**
   * Returns the result of calling `global`; undefined if it is not on the allow-list.
   * @throws VpdError bad-file for wrong arguments
   */
  call(global: Global, args: readonly PickleValue[]): PickleValue | undefined;
  /** Returns the object of a persistent id. */
  persistent(id: PickleValue): PickleValue;
}

interface Unpickled {
  readonly value: PickleValue;
  /** `module.name` of callables that the pickle wanted to call and that were not run. */
  readonly foreign: readonly string[];
}

/**
 * Reads a pickle (protocols 0 to 5, the opcodes of Python's `pickletools`) without running code: a stack machine that calls only
 * `builders`, an allow-list. It does not recurse, and its stack, memo and number of operations are limited.
 * @throws VpdError bad-file
 */
export function unpickle(file: string, bytes: Uint8Array, builders: PickleBuilders): Unpickled {
  return new Machine(file, bytes, builders).run();
}

class Machine {
  private readonly input: PickleBytes;
  private readonly builders: PickleBuilders;
  private readonly stack: PickleValue[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private readonly foreign = new Set<string>();

  constructor(file: string, bytes: Uint8Array, builders: PickleBuilders) {
    this.input = new PickleBytes(file, bytes);
    this.builders = builders;
  }

  run(): Unpickled {
    const { input } = this;
    let objects = 0;
    for (let count = 0; count < MAX_OPCODES; count++) {
      const opcode = input.u8();
      if (opcode === 0x2e) return { value: this.pop(), foreign: [...this.foreign] };
      let literal = readLiteral(opcode, input);
      if (literal === undefined) literal = readTextLiteral(opcode, input);
      // Not `??`: the literal None is null.
      const result = literal === undefined ? this.step(opcode) : literal;
      if (result === undefined) continue;
      if (typeof result === 'object' && result !== null && ++objects > MAX_OBJECTS)
        throw input.fail(`creates more than ${MAX_OBJECTS} objects`);
      this.push(result);
    }
    throw input.fail(`has more than ${MAX_OPCODES} operations`);
  }

  private push(value: PickleValue): void {
    if (this.stack.length >= MAX_STACK) throw this.input.fail(`has a stack of more than ${MAX_STACK} values`);
    this.stack.push(value);
  }

  private pop(): PickleValue {
    const value = this.stack.length > (this.marks.at(-1) ?? 0) ? this.stack.pop() : undefined;
    if (value === undefined) throw this.input.fail('takes a value from an empty stack');
    return value;
  }

  private popMark(): PickleValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw this.input.fail('closes a group that it never opened');
    return this.stack.splice(mark);
  }

  private top(): PickleValue {
    const value = this.pop();
    this.stack.push(value);
    return value;
  }

  private remember(key: number): void {
    if (key >= MAX_MEMO) throw this.input.fail(`stores value number ${key}, more than the limit of ${MAX_MEMO},`);
    this.memo.set(key, this.top());
  }

  /** Reads the memo index of a value, written in decimal. */
  private number(): number {
    const key = Number(integer(this.input.line(), this.input));
    if (key < 0) throw this.input.fail(`has the number ${key} for a stored value`);
    return key;
  }

  private recall(key: number): void {
    const value = this.memo.get(key);
    if (value === undefined) throw this.input.fail(`reads value number ${key}, which it never stored,`);
    this.push(value);
  }

  private stub(of: string): Stub {
    if (this.foreign.size < MAX_FOREIGN) this.foreign.add(of);
    return { kind: 'stub', of };
  }

  /** A call by REDUCE, NEWOBJ, OBJ or INST: returns what `builders` returns, or a stub. */
  private call(callable: PickleValue, args: readonly PickleValue[]): PickleValue {
    if (isKind(callable, 'stub')) return callable;
    if (!isKind(callable, 'global')) throw this.input.fail(`calls ${inWords(callable)}`);
    return this.builders.call(callable, args) ?? this.stub(`${callable.module}.${callable.name}`);
  }

  private args(): readonly PickleValue[] {
    const args = this.pop();
    if (!isKind(args, 'tuple')) throw this.input.fail(`passes ${inWords(args)} as arguments`);
    return args.items;
  }

  private append(items: readonly PickleValue[]): void {
    const target = this.top();
    if (isKind(target, 'list')) for (const item of items) target.items.push(item);
    else if (!isKind(target, 'stub')) throw this.input.fail(`appends to ${inWords(target)}`);
  }

  private setItems(items: readonly PickleValue[]): void {
    const target = this.top();
    if (isKind(target, 'dict')) this.fill(target, items);
    else if (!isKind(target, 'stub')) throw this.input.fail(`sets items of ${inWords(target)}`);
  }

  private fill(dict: PickleDict, items: readonly PickleValue[]): PickleDict {
    if (items.length % 2 !== 0) throw this.input.fail('sets a key without a value');
    for (let i = 0; i + 1 < items.length; i += 2) dict.entries.set(items[i] ?? null, items[i + 1] ?? null);
    return dict;
  }

  /** Executes one operation and returns the value to push, if any. */
  private step(opcode: number): PickleValue | undefined {
    const { input } = this;
    switch (opcode) {
      case 0x80: {
        // PROTO
        const protocol = input.u8();
        if (protocol > 5) throw input.fail(`has the unknown protocol ${protocol}`);
        return undefined;
      }
      case 0x95: // FRAME: a hint for buffered readers
        input.u64();
        return undefined;
      case 0x28: // MARK
        if (this.marks.length >= MAX_MARKS) throw input.fail(`nests more than ${MAX_MARKS} deep`);
        this.marks.push(this.stack.length);
        return undefined;
      case 0x30: // POP, which removes a mark if one is on top
        if (this.marks.at(-1) === this.stack.length) this.marks.pop();
        else this.pop();
        return undefined;
      case 0x31: // POP_MARK
        this.popMark();
        return undefined;
      case 0x32: // DUP
        return this.top();
      case 0x5d: // EMPTY_LIST
      case 0x8f: // EMPTY_SET: represented by a list
        return { kind: 'list', items: [] };
      case 0x6c: // LIST
      case 0x91: // FROZENSET
        return { kind: 'list', items: this.popMark() } satisfies PickleList;
      case 0x61: {
        // APPEND
        const item = this.pop();
        this.append([item]);
        return undefined;
      }
      case 0x65: // APPENDS
      case 0x90: // ADDITEMS
        this.append(this.popMark());
        return undefined;
      case 0x29: // EMPTY_TUPLE
        return { kind: 'tuple', items: [] };
      case 0x74: // TUPLE
        return { kind: 'tuple', items: this.popMark() };
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: {
        // TUPLE3
        const items = Array.from({ length: opcode - 0x84 }, () => this.pop()).reverse();
        return { kind: 'tuple', items } satisfies PickleTuple;
      }
      case 0x7d: // EMPTY_DICT
        return { kind: 'dict', entries: new Map() };
      case 0x64: // DICT
        return this.fill({ kind: 'dict', entries: new Map() }, this.popMark());
      case 0x73: {
        // SETITEM
        const value = this.pop();
        const key = this.pop();
        this.setItems([key, value]);
        return undefined;
      }
      case 0x75: // SETITEMS
        this.setItems(this.popMark());
        return undefined;
      case 0x70: // PUT
        this.remember(this.number());
        return undefined;
      case 0x71: // BINPUT
        this.remember(input.u8());
        return undefined;
      case 0x72: // LONG_BINPUT
        this.remember(input.u32());
        return undefined;
      case 0x94: // MEMOIZE
        this.remember(this.memo.size);
        return undefined;
      case 0x67: // GET
        this.recall(this.number());
        return undefined;
      case 0x68: // BINGET
        this.recall(input.u8());
        return undefined;
      case 0x6a: // LONG_BINGET
        this.recall(input.u32());
        return undefined;
      case 0x63: {
        // GLOBAL
        const module = input.line();
        return { kind: 'global', module, name: input.line() };
      }
      case 0x93: {
        // STACK_GLOBAL
        const name = this.pop();
        const module = this.pop();
        if (typeof name !== 'string' || typeof module !== 'string') throw input.fail('names a class without text');
        return { kind: 'global', module, name };
      }
      case 0x52: // REDUCE
      case 0x81: {
        // NEWOBJ
        const args = this.args();
        return this.call(this.pop(), args);
      }
      case 0x92: {
        // NEWOBJ_EX
        this.pop();
        const args = this.args();
        return this.call(this.pop(), args);
      }
      case 0x6f: {
        // OBJ
        const [callable, ...args] = this.popMark();
        if (callable === undefined) throw input.fail('makes an object of nothing');
        return this.call(callable, args);
      }
      case 0x69: {
        // INST
        const module = input.line();
        const callable: Global = { kind: 'global', module, name: input.line() };
        return this.call(callable, this.popMark());
      }
      case 0x62: // BUILD: attributes of an object, which no object of the allow-list needs
        this.pop();
        this.top();
        return undefined;
      case 0x51: // BINPERSID
        return this.builders.persistent(this.pop());
      default:
        throw input.fail(`has the operation 0x${opcode.toString(16).padStart(2, '0')}, which no checkpoint needs,`);
    }
  }
}
