// What servers say is text, whatever is in it; and very much of it is no more work than a little.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import { nameFor } from '../../src/paths.ts';
import { execRaw, type Place, root } from '../e2e/harness.ts';
import { fixture, test, visit } from './browser.ts';

const wicked = fixture('wicked');

test('nothing that a server says becomes more than text', async ({ place }) => {
  const { page, gateway } = await visit(
    place,
    { wicked, '<b>bold</b>': wicked },
    { gateway: { history: { onDisk: true, payloads: true } } },
  );
  await gateway.listed('wicked');
  const client = await place.rawHttp('modern', gateway.url);
  await execRaw(client, 'wicked.plain');
  await execRaw(client, 'wicked.<script>alert(5)</script>');
  const marks = /<img src=x onerror=alert\(1\)>/;
  const seen = async (address: string, text: RegExp = marks) => {
    await page.goto(`${gateway.base}/#${address}`);
    await expect.poll(() => page.locator('main').innerText(), { message: address }).toMatch(text);
  };
  await seen('/', /<b>bold<\/b>/);
  await seen('/servers/wicked');
  await seen('/servers/wicked?tab=tools', /javascript:alert\(3\)/);
  await seen(`/servers/${encodeURIComponent('<b>bold</b>')}`, /<b>bold<\/b>/);
  await seen('/tools');
  await seen('/tools?query=wicked', /plain/);
  await seen('/tools/wicked/plain', /says something wicked/);
  await page.getByRole('button', { name: 'Run' }).click();
  await expect.poll(() => page.locator('main').innerText()).toContain('[U+202E]gnitirw');
  await page.getByRole('tab', { name: 'Signature and schema' }).click();
  await expect.poll(() => page.locator('main').innerText()).toMatch(marks);
  await seen('/calls', /plain/);
  await page.getByRole('row').filter({ hasText: 'plain' }).last().click();
  await expect.poll(() => page.getByRole('dialog').innerText()).toMatch(marks);
  await seen('/logs', marks);
  const made = await page.evaluate(
    '[...document.querySelectorAll("img, script, svg[onload], b")].map(each => each.outerHTML)',
  );
  expect(
    (made as string[]).filter(each => !/^<script type="module" crossorigin="" src="\.\/assets/.test(each)),
  ).toEqual([]);
  const text = String(await page.evaluate('document.body.innerText'));
  for (const unseen of ['\u001b', '\u202e']) expect(text).not.toContain(unseen);
});

/** Calls of the last day, in the history of a gateway that is yet to be started; a process of its own has the database. */
function remember(place: Place, config: string, count: number): void {
  const path = join(place.state, 'mcpx/history', `${nameFor(config)}.db`);
  const script = join(root, 'test/ui/remember.ts');
  execFileSync(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), script, path, String(count)]);
}

test('10,000 tools and 100,000 calls are no reason to wait', { timeout: 240_000 }, async ({ place }) => {
  const many = fixture('wicked', '--many', '10000');
  const settings = { gateway: { history: { onDisk: true } } };
  remember(place, place.write({ many }, settings), 100_000);
  const { page, gateway, api } = await visit(place, { many }, settings);
  await gateway.listed('many');
  const client = await place.rawHttp('modern', gateway.url);
  await execRaw(client, 'many.tool_7');
  /** Milliseconds until it is there. */
  const until = async (address: string, text: string | RegExp) => {
    const started = performance.now();
    await page.goto(`${gateway.base}/#${address}`);
    await page.getByRole('row').filter({ hasText: text }).first().waitFor();
    return performance.now() - started;
  };
  const times = {
    tools: await until('/tools', 'many.tool_1'),
    search: await until('/tools?query=thing%209876', 'many.tool_9876'),
    calls: await until('/calls', 'many.tool_7'),
    statistics: await until('/statistics?since=2592000000', 'many.tool_7'),
    overview: await until('/', 'many'),
  };
  expect((await api('GET', '/api/stats?since=0')).body.all.calls).toBe(100_001);
  for (const [page, ms] of Object.entries(times)) expect([page, ms < 10_000]).toEqual([page, true]);
  await page.goto(`${gateway.base}/#/tools`);
  const rows = page.getByRole('row');
  await rows.nth(5).waitFor();
  expect(await rows.count()).toBeLessThan(100); // only those that are seen are there
  await page.getByRole('table').locator('[data-index="5"]').focus();
  await page.keyboard.press('End');
  await page.getByText('400 of 10,000').waitFor();
});
