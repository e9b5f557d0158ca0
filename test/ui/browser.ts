// What the tests of the web page have in common: a gateway, and a real browser that is let in.
import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, expect, onTestFinished } from 'vitest';
import { administered } from '../e2e/admin.ts';
import type { Place, Server, Settings } from '../e2e/harness.ts';

export { fixture, test } from '../e2e/harness.ts';

const programs = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
/** What a page may take to show something, on a machine that does much else. */
const patienceMs = 15_000;

let running: Promise<Browser> | undefined;

afterAll(async () => (await running)?.close());

function browser(): Promise<Browser> {
  const executablePath = programs.find(path => path !== undefined && existsSync(path));
  if (executablePath === undefined)
    throw new Error('The tests of the web page need Chromium: install it, or name it in CHROMIUM.');
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  running ??= chromium.launch({ executablePath, args });
  return running;
}

/** A window without cookies; whatever it complains of, such as what the page's policy forbids, fails the test. */
export async function windowOf(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await (await browser()).newContext({ locale: 'en-US', ...options });
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('console', message => {
    if (message.type() === 'error' && !isOfNetwork(message.text())) complaints.push(message.text());
  });
  page.on('dialog', dialog => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  return page;
}

/** Browsers log every refusal and every connection that ends; tests look at what the page says of it. */
function isOfNetwork(text: string): boolean {
  return text.startsWith('Failed to load resource:') || text.includes('net::ERR_');
}

/** A gateway with these servers, and a browser that shows its page at `address`, such as `/tools`. */
export async function visit(
  place: Place,
  servers: Record<string, Server>,
  {
    address = '/',
    window,
    ...settings
  }: Settings & { address?: string; window?: BrowserContextOptions } = {},
) {
  const { gateway, api } = await administered(place, servers, settings);
  const page = await windowOf(window);
  await page.goto((await api('POST', '/api/links')).body.url);
  await page.getByRole('navigation').waitFor();
  if (address !== '/') await page.goto(`${gateway.base}/#${address}`);
  return { gateway, api, page };
}

/** What axe finds wrong with what is shown, by rule and place. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe is there since the line before
    const { axe, document } = globalThis as any;
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { 'skip-link': { enabled: false } }, // takes pages, whose addresses stand behind a `#`, for places on this one
    });
    return violations as { id: string; nodes: { target: string[]; failureSummary: string }[] }[];
  });
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}
