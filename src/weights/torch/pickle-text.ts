import type { PickleBytes } from './pickle-bytes.ts';
import type { PickleValue } from './pickle-values.ts';

/** Maximum number of digits of a number in text; Python's own ids and counts have ten. */
const MAX_DIGITS = 40;

/** Reads the value of an opcode of protocol 0 (Python 2's default), which writes numbers and strings as text; undefined for others. */
export function readTextLiteral(opcode: number, input: PickleBytes): PickleValue | undefined {
  switch (opcode) {
    case 0x49: {
      // INT, and the two booleans
      const text = input.line();
      if (text === '00' || text === '01') return text === '01';
      return integer(text, input);
    }
    case 0x4c: // LONG
      return integer(input.line().replace(/L$/, ''), input);
    case 0x46: {
      // FLOAT
      const text = input.line();
      const value = Number(text);
      if (text.trim() === '' || Number.isNaN(value)) throw input.fail(`has the number “${text.slice(0, MAX_DIGITS)}”`);
      return value;
    }
    case 0x53: // STRING
      return quoted(input.line(), input);
    case 0x56: // UNICODE: raw-unicode-escape
      return input.line().replace(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
    default:
      return undefined;
  }
}

/** Parses an integer; a bigint if it is not a safe integer. */
export function integer(text: string, input: PickleBytes): number | bigint {
  if (!/^[+-]?\d+$/.test(text) || text.length > MAX_DIGITS)
    throw input.fail(`has the number “${text.slice(0, MAX_DIGITS)}”`);
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** Decodes Python's repr of a byte string. */
function quoted(text: string, input: PickleBytes): string {
  const [, quote, inner] = /^(['"])(.*)\1$/.exec(text) ?? [];
  if (quote === undefined || inner === undefined) throw input.fail('has a string without quotes');
  return inner.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)/g, (_, code: string) => {
    if (code.startsWith('x')) return String.fromCharCode(parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(parseInt(code, 8));
    return ESCAPES[code] ?? code;
  });
}
