import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { testHome } from '../../tools/lib/testing/places.mjs';

const CHROMIUM = '/usr/bin/chromium';
const SCREENSHOTS = join(testHome, 'screenshots');

export const WIDTHS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 860 } } as const;
export const COLOURS = ['light', 'dark'] as const;

/** Debian's Chromium, without a window. It runs as root here, where its sandbox does not. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** What axe-core finds of a page that keeps somebody from using it, as `rule: selectors`. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // By the debugger, which the content security policy of the page does not bind.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const found = await (window as unknown as { axe: typeof axe }).axe.run();
    return found.violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      targets: nodes.map(({ target }) => target.join(' ')),
    }));
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, targets }) => `${id}: ${targets.join(', ')}`);
}

/**
 * Looks at a page on a phone and a desktop, light and dark, and takes a screenshot of each.
 * @returns what is wrong with any of them; nothing, if all is well
 */
export async function lookAt(page: Page, name: string): Promise<string[]> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const faults: string[] = [];
  for (const [device, size] of Object.entries(WIDTHS)) {
    await page.setViewportSize(size);
    for (const colorScheme of COLOURS) {
      await page.emulateMedia({ colorScheme });
      const look = `${name}-${device}-${colorScheme}`;
      await page.screenshot({ path: join(SCREENSHOTS, `${look}.png`) });
      faults.push(...(await accessibilityFaults(page)).map((fault) => `${look}: ${fault}`));
      if (await isTooWide(page)) faults.push(`${look}: wider than the screen`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  return faults;
}

/** Nobody likes to read by scrolling sideways. */
function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
