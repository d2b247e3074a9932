import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type axeCore from 'axe-core';

/** On the page, once it is loaded there. */
declare const axe: typeof axeCore;

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe finds wrong on the page as it is now, one line per rule with the elements that break it; `within`: in what this selector finds.
 * @throws Error where axe found nothing to look at
 */
export async function violations(page: Page, within?: string): Promise<readonly string[]> {
  // Half a megabyte, which stays until the page is left.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await source);
  return page.evaluate(async (selector) => {
    const found = await axe.run(selector ?? document, { resultTypes: ['violations'] });
    if (found.passes.length + found.violations.length === 0) throw new Error('axe found nothing to look at.');
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }, within);
}
