import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type axeCore from 'axe-core';

/** Available in the page after the script has run there. */
declare const axe: typeof axeCore;

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Lists axe's violations on the current page, a line per rule with the elements that break it.
 * @param within selector of the part of the page to check
 * @throws Error if axe found nothing to check
 */
export async function violations(page: Page, within?: string): Promise<readonly string[]> {
  // The script has half a megabyte, so it is added only once per page.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await source);
  return page.evaluate(async (selector) => {
    const found = await axe.run(selector ?? document, { resultTypes: ['violations'] });
    if (found.passes.length + found.violations.length === 0) throw new Error('axe found nothing to look at.');
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }, within);
}
