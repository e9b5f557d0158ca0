// What is around every page: who gets in, whether it is live, keys, languages, and what the browser may load.
import { expect } from 'vitest';
import { administered, ask, token } from '../e2e/admin.ts';
import { fixture, test, violations, visit, windowOf } from './browser.ts';

const servers = { memo: fixture('stateful') };

test('a browser without a link is told how to get in, and gets in with the admin token', async ({
  place,
}) => {
  const { gateway } = await administered(place, servers);
  const page = await windowOf();
  await page.goto(gateway.base);
  await page.getByText('mcpx open').waitFor();
  expect(await page.getByRole('navigation').count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  await page.getByLabel('Admin token').fill('a-wrong-token-0123456789');
  await page.getByRole('button', { name: 'Come in' }).click();
  await page.getByText('this is not the admin token').waitFor();
  await page.getByLabel('Admin token').fill(token);
  await page.getByRole('button', { name: 'Come in' }).click();
  await page.getByRole('navigation').waitFor();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('mcpx open').waitFor();
});

test('a link that was used says so on a page', async ({ place }) => {
  const { gateway, api } = await administered(place, servers);
  const { url } = (await api('POST', '/api/links')).body;
  const page = await windowOf();
  await page.goto(url);
  await page.getByRole('navigation').waitFor();
  expect(page.url()).not.toContain('code');
  const other = await windowOf();
  await other.goto(url);
  await other.getByText('this link is not good, or not any more').waitFor();
  expect((await ask(gateway, 'GET', new URL(url).pathname)).status).toBe(401);
});

test('the page says when it is not live, and goes on by itself with another gateway at its place', async ({
  place,
}) => {
  const { gateway, page } = await visit(place, servers, { args: ['--port', '0'] });
  await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
  await gateway.stop();
  await page.getByText('Not live').waitFor();
  const args = ['--port', String(gateway.port)];
  const next = await place.serve(servers, { args, env: { MCPX_ADMIN_TOKEN: token } });
  await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
  await next.stop();
  await place.serve(servers, { args, env: { MCPX_ADMIN_TOKEN: 'another-token-0123456789' } });
  await page.getByText('mcpx open').waitFor(); // another token ends the sessions of before
});

test('keys go to pages, to the search and to their own list', async ({ place }) => {
  const { page } = await visit(place, servers);
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.getByRole('heading', { name: 'Tools', level: 1 }).waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
});

test('languages and colours are kept', async ({ place }) => {
  const { page } = await visit(place, servers);
  await page.getByLabel('Language').selectOption('zh');
  await page.getByRole('link', { name: '概览' }).waitFor();
  await page.getByLabel('外观').selectOption('dark');
  await page.reload();
  await page.getByRole('link', { name: '概览' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
});

test('only what was built is given out, under a policy that allows nothing inline and nothing from elsewhere', async ({
  place,
}) => {
  const { gateway } = await administered(place, servers);
  const index = await ask(gateway, 'GET', '/');
  expect(index.status).toBe(200);
  const policy = String(index.headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  expect(index.body).not.toMatch(/<script(?![^>]* src=)|<style|https?:\/\/|style="/);
  const [script] = /assets\/[^"]+\.js/.exec(index.body)!;
  const sent = await ask(gateway, 'GET', `/${script}`);
  expect([sent.status, sent.headers['content-type'], sent.headers['x-content-type-options']]).toEqual([
    200,
    'text/javascript; charset=utf-8',
    'nosniff',
  ]);
  for (const path of [
    '/assets/',
    '/assets/nothing.js',
    '/assets/../index.html',
    '/assets/%2e%2e/index.html',
    '/index.html',
  ])
    expect([path, (await ask(gateway, 'GET', path)).status]).toEqual([path, 404]);
  expect((await ask(gateway, 'POST', '/', {}, {})).status).toBe(404);
});
