/** Checkpoints that cannot be converted: one message each, and no files are left. */
import { mkdtemp, open, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { smallFixture } from '../fixtures/small.ts';
import { convert } from '../src/convert/convert.ts';
import { planConversion } from '../src/convert/plan.ts';
import { hostileCheckpoints } from '../src/convert/testing/hostile-cases.ts';
import { HOSTILE_PACKS, WEIGHTS } from '../src/convert/testing/hostile-packs.ts';
import { VpdError } from '../src/errors.ts';
import { openEachCheckpoint } from '../src/weights/checkpoints.ts';
import type { NamedBlob } from '../src/weights/open.ts';
import { safetensorsBytes, safetensorsHeader } from '../src/weights/safetensors/safetensors-writer.ts';
import type { TensorSource } from '../src/weights/source.ts';
import { HOSTILE_FILES } from '../src/weights/testing/hostile-cases.ts';
import { memorySink } from '../src/weights/testing/memory-sink.ts';
import { writeCheckpoint, writeFixture } from './checkpoints.ts';
import { test } from './conversion-page.ts';
import { expect, PATIENCE } from './test.ts';

test.beforeAll(async ({ folder }) => {
  await writeFixture(join(folder, 'sd.safetensors'), 'sd');
});

test('a full disk, a crash and a cancellation: a message each, and no incomplete pack', async ({
  workbench,
  page,
  context,
  conversion,
}) => {
  await workbench.open(undefined, { model: false });
  const devtools = await context.newCDPSession(page);
  const quota = (quotaSize?: number) =>
    devtools.send('Storage.overrideQuotaForOrigin', {
      origin: new URL(page.url()).origin,
      ...(quotaSize === undefined ? {} : { quotaSize }),
    });

  await test.step('no room at the start', async () => {
    await conversion.drop('sd.safetensors');
    await conversion.as('f16');
    // As a browser with a true estimate reports it; this one always reports 10 GiB.
    await (await conversion.worker()).evaluate(() => {
      navigator.storage.estimate = async () => ({ quota: 3_000_000, usage: 1_000_000 });
    });
    await conversion.start();
    await expect(conversion.alert).toHaveText(
      /Stable Diffusion v1 backbone needs 1\d\.\d MB of storage and the browser gives this page 2\.0 MB more\. Choose a smaller precision/,
    );
    await conversion.expectNothingLeft();
  });

  await test.step('no more room during the conversion', async () => {
    await conversion.button('Other files').click();
    await conversion.give('sd.safetensors');
    await conversion.as('f16');
    const { held, letGo } = await conversion.holdAfter(800);
    await conversion.start();
    await held();
    await quota(1_000_000);
    await letGo();
    await expect(conversion.alert).toHaveText(
      /There is no room left for .+: this page’s share of the disk is used up\. Delete a model/,
    );
    expect(await conversion.stored('packs')).toEqual({});
    await quota();
  });

  await test.step('after a crash of the worker the conversion can be continued', async () => {
    await conversion.button('Continue').click();
    await (await conversion.worker()).evaluate(() => {
      setTimeout(() => {
        throw new Error('killed on purpose');
      });
    });
    await expect(conversion.alert).toHaveText(/The conversion stopped: .*killed on purpose\. What was written is kept/);
    await conversion.button('Continue').click();
    await conversion.finished();
    expect(await conversion.shelved()).toEqual(await conversion.byCommandLine(['sd.safetensors'], '--weights', 'f16'));
  });

  await test.step('a cancellation leaves no files', async () => {
    await conversion.button('Convert another').click();
    await conversion.give('sd.safetensors');
    await expect(page.getByTestId('scheme-f16')).toContainText('stored in this browser already');
    await conversion.as('q8');
    const { held, letGo } = await conversion.holdAfter(800);
    await conversion.start();
    await held();
    expect(await conversion.stored('converting')).not.toEqual({});
    await conversion.button('Cancel').click();
    await expect(conversion.dialog.getByRole('group', { name: /^Delete [\d.]+ MB\?$/ })).toBeVisible();
    await conversion.button('Keep').click();
    await expect(page.getByTestId('conversion'), 'the first press deletes nothing').toBeVisible();
    await conversion.button('Cancel').click();
    await conversion.button('Delete').click();
    await letGo();
    await expect(conversion.button('Choose weight files…')).toBeVisible();
    await conversion.expectNothingLeft();
  });
});

/** Returns the case of a table with this name. */
function only<Case extends readonly [what: string, ...unknown[]]>(table: readonly Case[], name: string): Case {
  const found = table.find(([what]) => what === name);
  if (!found) throw new Error(`There is no case “${name}”.`);
  return found;
}

/** The command line's message for the same files. */
async function sentence(files: readonly NamedBlob[]): Promise<string> {
  try {
    const sources = (await openEachCheckpoint(files)).map(({ source }) => source);
    await convert(planConversion(sources), memorySink(), { weights: 'q8' });
  } catch (thrown) {
    if (thrown instanceof VpdError) return thrown.message;
    throw thrown;
  }
  throw new Error('It was accepted.');
}

/** One file of each kind that is distinguished, and some harmful ones; hostile.test.ts checks the messages of all. */
const FILES = [
  'empty',
  'a header of 4 GB',
  'overlapping tensors',
  'a JSON file',
  'a login page',
  'a cut archive',
  'a zip bomb of a storage',
  'a call of os.system',
  'a million values on the stack',
];

/** One checkpoint for each stage at which a conversion can fail; hostile.test.ts checks the messages of all. */
const CHECKPOINTS: Readonly<Record<string, 'its family' | 'the plan' | 'the conversion'>> = {
  'a LoRA': 'its family',
  'a tensor of another shape': 'the plan',
  'a NaN': 'the conversion',
};

/** Writes a checkpoint whose values are a hole in the file, because they are never read. */
async function writeHeader(path: string, source: TensorSource): Promise<void> {
  const tensors = [...source.tensors.values()];
  await writeFile(path, safetensorsHeader(tensors, source.metadata));
  const file = await open(path, 'r+');
  await file.truncate(safetensorsBytes(tensors, source.metadata));
  await file.close();
}

test('hostile files give the same messages as on the command line, and leave no files', async ({
  workbench,
  page,
  conversion,
  folder,
}) => {
  await workbench.open(undefined, { model: false });
  await conversion.open();

  for (const what of FILES)
    await test.step(what, async () => {
      const [, blob] = only(HOSTILE_FILES, what);
      const path = join(await mkdtemp(join(folder, 'hostile-')), 'w');
      await writeFile(path, new Uint8Array(await blob.arrayBuffer()));
      await conversion.give(relative(folder, path));
      await expect(conversion.alert).toHaveText(await sentence([{ name: 'w', blob }]), PATIENCE);
    });

  for (const [what, refusedBy] of Object.entries(CHECKPOINTS))
    await test.step(`${what}, refused by ${refusedBy}`, async () => {
      const [, make, , message] = only(hostileCheckpoints(smallFixture), what);
      const read = refusedBy === 'the conversion';
      const into = await mkdtemp(join(folder, 'hostile-'));
      const paths: string[] = [];
      for (const source of make()) {
        const path = join(into, source.name);
        await (read ? writeCheckpoint : writeHeader)(path, source);
        paths.push(relative(folder, path));
      }
      await conversion.give(...paths);
      if (read) await conversion.start();
      await expect(conversion.alert).toHaveText(message, PATIENCE);
      await expect(conversion.button('Convert')).toHaveCount(0);
      const again = conversion.button('Other files');
      if (await again.isVisible()) await again.click();
    });

  await conversion.expectNothingLeft();
  expect(await conversion.stored('packs')).toEqual({});
  await conversion.give('sd.safetensors');
  await expect(conversion.plan, 'the page still works').toHaveAttribute('data-family', 'sd-v1');
  await expect(page.locator('.notice')).toHaveCount(0);
});

/** Cases in which the import's message differs from that for opening a pack: it fails earlier, or has another remedy. */
const IMPORT_SAYS: Readonly<Record<string, string>> = {
  'no config':
    'config.json is not among the 2 files given. Give all files of the pack’s folder together, or its ZIP. If model.safetensors is a checkpoint, choose “Convert a checkpoint…”.',
  'no weights':
    'model.safetensors is not among the files given. Give all files of the pack’s folder together, or its ZIP.',
  'cut weights': 'model.safetensors has 1000 bytes and config.json says BYTES: it is truncated or of another pack.',
  'a flipped bit':
    'model.safetensors has sha256 FOUND and config.json says EXPECTED: it was damaged on its way or is of another pack. Get it again.',
};

/** One pack for each stage at which an import can fail, and all with a message of the import's own; hostile.test.ts has the others. */
const PACKS = ['a config that is not JSON', 'a billion channels', 'missing tensors', ...Object.keys(IMPORT_SAYS)];

test('hostile packs give a message, and leave no files', async ({ workbench, page, conversion, folder }) => {
  const good = memorySink();
  const config = await convert(planConversion([smallFixture('depth')]), good, { weights: 'f16' });
  const { bytes, sha256 } = config.files[WEIGHTS] ?? { bytes: 0, sha256: '' };
  await workbench.open(undefined, { model: false });
  await page.getByTestId('shelf-button').click();
  for (const what of PACKS) {
    await test.step(what, async () => {
      const [, change, , message] = only(HOSTILE_PACKS, what);
      const files = new Map(good.files);
      await change(files, config);
      const into = await mkdtemp(join(folder, 'pack-'));
      const paths: string[] = [];
      for (const [name, blob] of files) {
        paths.push(join(into, name));
        await writeFile(join(into, name), new Uint8Array(await blob.arrayBuffer()));
      }
      await page.getByTestId('shelf-files').setInputFiles(paths);
      const said = async () =>
        (await page.getByTestId('shelf-message').textContent())
          ?.replace(String(bytes), 'BYTES')
          .replace(sha256, 'EXPECTED')
          .replace(/sha256 [0-9a-f]{64}/, 'sha256 FOUND');
      await expect.poll(said, { timeout: 30_000 }).toBe(IMPORT_SAYS[what] ?? message);
      await expect(page.getByTestId('shelf-row')).toHaveCount(0);
      expect(await conversion.stored('packs')).toEqual({});
    });
  }
});

test('without storage there is a message', async ({ workbench, page, conversion }) => {
  const refuse =
    "StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('No.', 'SecurityError'));\n";
  await page.addInitScript(refuse);
  await page.route('**/assets/conversion-*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: refuse + (await response.text()) });
  });
  await workbench.open(undefined, { model: false });
  await conversion.open();
  await expect(conversion.alert).toHaveText(/^This browser window does not let pages store files/);
  await conversion.give('sd.safetensors');
  await expect(conversion.alert).toHaveText(/^This browser window does not let pages store files/);
  await expect(conversion.button('Convert')).toHaveCount(0);
});
