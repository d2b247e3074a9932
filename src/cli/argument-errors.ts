import { VpdError } from '../errors.ts';

/**
 * Turns an error of Node's parseArgs, whose messages have up to three lines, into one sentence; returns every other error unchanged.
 * @param command name of the command that was given the arguments
 */
export function argumentError(thrown: unknown, command: string): unknown {
  if (!(thrown instanceof Error) || !('code' in thrown)) return thrown;
  // Messages quote the option or argument first: '--pack <value>', '--limit'.
  const [, name = ''] = /'([^']*?)(?: <value>)?'/.exec(thrown.message) ?? [];
  const sentence = sentenceOf(String(thrown.code), name, thrown.message, command);
  return sentence === undefined ? thrown : new VpdError('bad-request', sentence, { cause: thrown });
}

function sentenceOf(code: string, name: string, message: string, command: string): string | undefined {
  const help = `see ${command} --help`;
  switch (code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
      return `${command} has no option ${name}; ${help}.`;
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
      return `"${name}" is an unexpected argument; ${help}.`;
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
      if (message.includes('does not take')) return `${name} takes no value; ${help}.`;
      if (message.includes('ambiguous'))
        return `${name} has no value; give one, and if it starts with a dash, as ${name}=-….`;
      return `${name} has no value; ${help}.`;
    default:
      return undefined;
  }
}
