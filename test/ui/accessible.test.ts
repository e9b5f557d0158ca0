// The page for everybody: WCAG 2.2 AA as far as axe can tell, and everything by keyboard alone.
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { execRaw, type Gateway, type Place, root } from '../e2e/harness.ts';
import { fixture, test, violations, visit } from './browser.ts';

const everything = {
  command: process.execPath,
  args: [`${root}node_modules/@modelcontextprotocol/server-everything/dist/index.js`, 'stdio'],
};
const servers = {
  memo: fixture('stateful'),
  everything,
  broken: { command: process.execPath, args: ['-e', 'process.exit(3)'] },
};

/** A page, and what is on it when it is there. */
const pages: [address: string, shown: string][] = [
  ['/', 'What happened lately'],
  ['/servers/memo', 'Why it is as it is'],
  ['/servers/memo?tab=tools', 'whoami'],
  ['/servers/memo?tab=connections', 'started so far'],
  ['/servers/memo?tab=settings', 'All settings that hold'],
  ['/tools', 'memo.whoami'],
  ['/tools?query=remember', 'What a model is told'],
  ['/tools/everything/get-sum', 'First number'],
  ['/tools/everything/get-sum?tab=schema', 'Input schema'],
  ['/tools/everything/get-sum?tab=examples', 'Queries that this tool answers'],
  ['/resources', 'architecture.md'],
  ['/resources?server=everything&prompt=args-prompt', 'Name of the city'],
  ['/calls', 'memo.set'],
  ['/statistics', 'What could be cheaper, or better'],
  ['/clients', 'Connect a client'],
  ['/configuration', 'Nothing is wrong with it.'],
  ['/configuration?tab=add', 'A command, an address'],
  ['/configuration?tab=import', 'other clients'],
  ['/configuration?tab=effective', 'memo.timeoutMs'],
  ['/logs', 'tools listed'],
];

async function somethingToSee(place: Place, gateway: Gateway) {
  await Promise.all([gateway.listed('memo'), gateway.listed('everything'), gateway.failed('broken')]);
  const client = await place.rawHttp('modern', gateway.url);
  for (const value of [1, 2]) await execRaw(client, 'memo.set', { value });
}

async function show(page: Page, { base }: Gateway, [address, shown]: [string, string]) {
  await page.goto(`${base}/#${address}`);
  await page.getByText(shown).first().waitFor();
}

describe.each([
  ['light', 1280],
  ['dark', 390],
] as const)('in %s colours, %i pixels wide', (colorScheme, width) => {
  test('axe finds nothing wrong', { timeout: 180_000 }, async ({ place }) => {
    const window = { colorScheme, viewport: { width, height: 900 } };
    const { page, gateway } = await visit(place, servers, { window });
    await somethingToSee(place, gateway);
    const wrong: unknown[] = [];
    for (const each of pages) {
      await show(page, gateway, each);
      wrong.push(...(await violations(page)).map(text => `${each[0]} ${text}`));
      const tooWide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      if ((await page.evaluate(tooWide)) !== 0) wrong.push(`${each[0]} is too wide`);
    }
    expect(wrong).toEqual([]);
  });
});

test('dialogs are as good as pages', async ({ place }) => {
  const { page, gateway } = await visit(place, servers);
  await somethingToSee(place, gateway);
  await show(page, gateway, ['/calls', 'memo.set']);
  await page.getByRole('row').filter({ hasText: 'memo.set' }).first().click();
  await page.getByText('Where the time went').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await show(page, gateway, ['/servers/memo', 'Why it is as it is']);
  await page.getByRole('button', { name: 'Switch off' }).click();
  await page.getByRole('alertdialog').waitFor();
  expect(await violations(page)).toEqual([]);
});

test('a tool is found and run without a mouse', async ({ place }) => {
  const { page, gateway } = await visit(place, servers);
  await somethingToSee(place, gateway);
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  /** Goes on with Tab until `name` has the focus. */
  const goTo = async (name: RegExp) => {
    const focused =
      'document.activeElement.innerText || document.activeElement.getAttribute("aria-label") || ""';
    for (let steps = 0; steps < 60; steps++) {
      await press('Tab');
      if (name.test(String(await page.evaluate(focused)))) return;
    }
    throw new Error(`Tab does not get to ${name}`);
  };
  await press('Tab', 'Enter'); // past the navigation
  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('content');
  await press('g', 't');
  await page.getByText('memo.whoami').first().waitFor();
  await press('/');
  await page.keyboard.type('adds two numbers sum');
  await page.getByText('What a model is told').waitFor();
  await goTo(/everything\.get-sum/);
  await press('Enter');
  await page.getByRole('heading', { level: 1, name: 'everything.get-sum' }).waitFor();
  await page.getByText('First number').waitFor();
  await page.getByLabel(/^a/).focus();
  await page.keyboard.type('1');
  await press('Tab');
  await page.keyboard.type('2');
  await goTo(/^Run$/);
  await press('Enter');
  await page.getByText(/sum of 1 and 2 is 3/).waitFor();
});
