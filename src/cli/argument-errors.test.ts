import { expect, test } from 'vitest';
import { VpdError } from '../errors.ts';
import { argumentError } from './argument-errors.ts';
import { command as bench } from './commands/bench.ts';

const io = { out: () => undefined, err: () => undefined };

test.each([
  [['--foo'], 'bench has no option --foo; see bench --help.'],
  [['--foo=1'], 'bench has no option --foo; see bench --help.'],
  [['-x'], 'bench has no option -x; see bench --help.'],
  [['--pack'], '--pack has no value; see bench --help.'],
  [['--pack', '--json'], '--pack has no value; give one, and if it starts with a dash, as --pack=-….'],
  [['--repeat', '-5'], '--repeat has no value; give one, and if it starts with a dash, as --repeat=-….'],
  [['--json=1'], '--json takes no value; see bench --help.'],
  [['models/tiny'], '"models/tiny" is an unexpected argument; see bench --help.'],
])('one sentence for %j', async (args, message) => {
  const thrown = await bench.run(args, io).catch((error: unknown) => error);
  expect(argumentError(thrown, 'bench')).toEqual(new VpdError('bad-request', message));
});

test('other errors are returned unchanged', () => {
  const missing = Object.assign(new Error("open 'x'"), { code: 'ENOENT' });
  for (const thrown of [missing, new VpdError('missing', 'a.'), 'text'])
    expect(argumentError(thrown, 'run')).toBe(thrown);
});
