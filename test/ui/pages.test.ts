// Each page's main path, in a real browser, with a real gateway and real servers.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { execRaw, type Gateway, type Place, root } from '../e2e/harness.ts';
import { fixture, test, visit } from './browser.ts';

const everything = {
  command: process.execPath,
  args: [`${root}node_modules/@modelcontextprotocol/server-everything/dist/index.js`, 'stdio'],
};
const servers = {
  memo: fixture('stateful'),
  everything,
  broken: { command: process.execPath, args: ['-e', 'process.exit(3)'] },
};

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
const toast = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

/** Calls of somebody. */
async function calls(place: Place, gateway: Gateway, ...tools: [tool: string, given?: object][]) {
  const client = await place.rawHttp('modern', gateway.url);
  for (const [tool, given] of tools) await execRaw(client, tool, given as Record<string, unknown>);
}

describe('overview', () => {
  test('shows every server, what is wrong and what was saved, and opens a server', async ({ place }) => {
    const { page, gateway } = await visit(place, servers);
    await calls(place, gateway, ['memo.set', { value: 1 }], ['memo.get']);
    await (await place.http('v1', gateway.url)).tools();
    const row = (name: string) => page.getByRole('row').filter({ hasText: name });
    await row('memo').getByText('Ready').waitFor();
    await row('broken').getByText('Failed').waitFor();
    const attention = page
      .getByRole('region', { name: 'Needs attention' })
      .or(page.locator('section', { hasText: 'Needs attention' }));
    await attention.getByText('exited with code 3').waitFor();
    await page.getByText('Without MCPX').waitFor();
    await row('memo').getByText('0%').waitFor();
    await row('memo').click();
    await heading(page, 'memo');
  });

  test('a server that dies is seen without loading anything', async ({ place }) => {
    const { page, gateway } = await visit(
      place,
      { dying: fixture('exits-during-call') },
      { address: '/servers/dying' },
    );
    await page.getByText('Ready').first().waitFor();
    await calls(place, gateway, ['dying.die'], ['dying.die'], ['dying.die'], ['dying.die']);
    await page
      .getByText(/a process ended with|breaker open/)
      .first()
      .waitFor();
  });

  test('an empty gateway says how to add a server', async ({ place }) => {
    const { page } = await visit(place, {});
    await page.getByText('No servers yet').waitFor();
    await page.getByRole('link', { name: 'Add a server' }).first().click();
    await page.getByLabel('A command, an address').fill('https://docs.example.org/mcp');
    await page.getByRole('textbox', { name: 'Name' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('example');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await heading(page, 'example');
    expect(JSON.parse(readFileSync(join(place.folder, 'mcpx.json'), 'utf8')).mcpServers).toEqual({
      example: { url: 'https://docs.example.org/mcp' },
    });
  });
});

describe('a server', () => {
  test('is checked, switched off and on, and limited; its connections are ended', async ({ place }) => {
    const { page, gateway, api } = await visit(place, servers, { address: '/servers/memo' });
    const client = await place.http('v1', gateway.url);
    await client.text('memo.get');
    await page.getByRole('button', { name: 'Check now' }).click();
    await toast(page, /memo is well/);

    await page.getByRole('tab', { name: 'Connections' }).click();
    await page.getByRole('row').filter({ hasText: /MB/ }).first().waitFor();
    await page
      .getByRole('button', { name: /^End \d+/ })
      .first()
      .click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'End' }).click();
    await expect
      .poll(async () => (await api('GET', '/api/servers/memo/connections')).body.connections)
      .toEqual([]);

    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByLabel('Calls at one time').fill('3');
    await page.getByRole('button', { name: 'Save limits' }).click();
    await toast(page, 'The limits hold from now on');
    expect((await api('GET', '/api/servers/memo')).body.own.concurrency).toBe(3);
    await page.getByLabel('Calls at one time').fill('');
    await page.getByRole('button', { name: 'Save limits' }).click();
    await expect
      .poll(async () => (await api('GET', '/api/servers/memo')).body.own.concurrency)
      .toBeUndefined();

    await page.getByRole('button', { name: 'Switch off' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Switch off' }).click();
    await page.getByText('Disabled').first().waitFor();
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('Ready').first().waitFor();
  });
});

describe('tools', () => {
  test('are found as a model finds them, with the reply that it gets', async ({ place }) => {
    const { page, gateway, api } = await visit(place, servers, { address: '/tools' });
    await gateway.listed('memo');
    await page.getByRole('row').filter({ hasText: 'memo.set' }).waitFor();
    await page.getByLabel('Search as a model does').fill('remembers a value');
    await page.getByText('What a model is told').waitFor();
    const { reply } = (await api('GET', '/api/search?query=remembers%20a%20value')).body;
    expect(await page.getByRole('region', { name: 'What a model is told' }).innerText()).toBe(reply);
    await page.getByRole('row').filter({ hasText: 'memo.set' }).getByText('remembers').waitFor();
    await page.getByRole('row').filter({ hasText: 'memo.set' }).click();
    await heading(page, 'memo.set');
  });

  test('are tried with a form, seen in three ways, switched, and given examples', async ({ place }) => {
    const { page, gateway, api } = await visit(place, servers, { address: '/tools/everything/get-sum' });
    await gateway.listed('everything');
    await page.getByLabel(/^a/).fill('19');
    await page.getByLabel(/^b/).fill('23');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByText(/sum of 19 and 23 is 42/).waitFor();
    await page.getByRole('tab', { name: 'Raw' }).click();
    await page.getByText('"content": [').waitFor();
    await page.getByRole('tab', { name: 'For the model' }).click();
    await page
      .getByText(/\d+ tokens/)
      .first()
      .waitFor();

    await page.getByLabel('Arguments as').selectOption('json');
    await page.getByRole('textbox', { name: 'JSON' }).fill('{"a": 1, "b": ');
    await page.getByText('This is no JSON').waitFor();
    expect(await page.getByRole('button', { name: 'Run' }).isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'JSON' }).fill('{"a": "x"}');
    await page.getByRole('button', { name: 'Run' }).click();
    await page
      .getByRole('alert')
      .getByText(/the arguments do not fit/)
      .waitFor();

    await page.getByRole('tab', { name: 'Example queries' }).click();
    await page
      .getByLabel('Queries that this tool answers')
      .fill('add two numbers up\nhow much is it together');
    await page.getByRole('button', { name: 'Save' }).click();
    await toast(page, 'Search knows them from now on');
    const { examples } = (await api('GET', '/api/servers/everything/tools/get-sum')).body;
    expect(examples).toEqual(['add two numbers up', 'how much is it together']);

    await page.getByRole('tab', { name: 'Signature and schema' }).click();
    await page.getByRole('region', { name: 'Input schema' }).waitFor();
    await page.getByRole('switch').click();
    await toast(page, 'No client sees it any more');
    expect((await api('GET', '/api/servers/everything/tools/get-sum')).body.enabled).toBe(false);
  });

  test('a picture is a picture', async ({ place }) => {
    const { page } = await visit(place, servers, { address: '/tools/everything/get-tiny-image' });
    await page.getByRole('button', { name: 'Run' }).click();
    const picture = page.getByRole('img', { name: 'A picture that the server made' });
    await picture.waitFor();
    await expect
      .poll(() => picture.evaluate(each => (each as unknown as { naturalWidth: number }).naturalWidth))
      .toBeGreaterThan(0);
  });
});

test('resources are read, templates and prompts filled in', async ({ place }) => {
  const { page, gateway } = await visit(place, servers, { address: '/resources' });
  await gateway.listed('everything');
  await page.getByRole('row').filter({ hasText: 'architecture.md' }).click();
  await page.getByRole('region', { name: 'Text' }).waitFor();
  await page.getByRole('row').filter({ hasText: 'Dynamic Text Resource' }).click();
  await page.getByLabel('resourceId').fill('7');
  await page.getByRole('button', { name: 'Read' }).click();
  await page
    .getByText(/Resource 7/)
    .first()
    .waitFor();
  await page.getByRole('row').filter({ hasText: 'Arguments Prompt' }).click();
  await page.getByLabel(/^city/).fill('Berlin');
  await page.getByRole('button', { name: 'Fill in' }).click();
  await page.getByText(/weather in Berlin/).waitFor();
});

describe('calls', () => {
  test('come as they are made, are filtered, and are seen in full', async ({ place }) => {
    const { page, gateway } = await visit(place, servers, {
      address: '/calls',
      gateway: { history: { onDisk: true, payloads: true } },
    });
    await page.getByText('No calls').waitFor();
    await calls(place, gateway, ['memo.set', { value: 'hello' }], ['memo.get'], ['broken.nothing']);
    await page.getByRole('row').filter({ hasText: 'memo.set' }).waitFor();
    await page.getByLabel('Tool', { exact: true }).fill('set');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('row').filter({ hasText: 'memo.get' }).count()).toBe(0);
    await page.getByRole('row').filter({ hasText: 'memo.set' }).click();
    const dialog = page.getByRole('dialog', { name: 'memo.set' });
    await dialog.getByText('Where the time went').waitFor();
    await dialog.getByText('"value": "hello"').waitFor();
    await dialog.getByRole('link', { name: 'Try again' }).click();
    await heading(page, 'memo.set');
    await expect.poll(() => page.getByLabel(/^value/).inputValue()).toContain('hello');
  });

  test('are added up over time, by tool, with advice', async ({ place }) => {
    const { page, gateway } = await visit(place, servers, { address: '/statistics' });
    await page.getByText('No calls in this time').waitFor();
    const failing = Array.from({ length: 4 }, (): [string, object] => [
      'everything.get-resource-reference',
      { resourceType: 'Text', resourceId: -1 },
    ]);
    await calls(place, gateway, ['memo.set', { value: 1 }], ['memo.get'], ...failing);
    await page.getByRole('row').filter({ hasText: 'memo.get' }).waitFor();
    await page.getByRole('img', { name: 'Calls over time' }).waitFor();
    await page.getByLabel('By').selectOption('server');
    await page.getByRole('row').filter({ hasText: 'memo' }).click();
    await heading(page, 'Calls');
    expect(page.url()).toContain('server=memo');
  });
});

test('clients are seen with what is theirs, and ended', async ({ place }) => {
  const { page, gateway, api } = await visit(place, servers, { address: '/clients' });
  await page.getByText('Nobody is connected').waitFor();
  await page.getByText(`claude mcp add --transport http mcpx ${gateway.base}/mcp`).waitFor();
  const client = await place.http('v1', gateway.url);
  await client.text('memo.get');
  await page.getByRole('row').filter({ hasText: 'memo' }).waitFor();
  await page.getByRole('button', { name: /^End:/ }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'End' }).click();
  await toast(page, /has ended/);
  expect((await api('GET', '/api/sessions')).body.sessions).toEqual([]);
});

describe('the configuration', () => {
  const editor = (page: Page) => page.getByRole('textbox', { name: 'The configuration file' });
  const type = async (page: Page, text: string) => {
    await editor(page).click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(text);
  };

  test('keys typed in it are none of the page’s shortcuts', async ({ place }) => {
    const { page } = await visit(place, { memo: fixture('stateful') }, { address: '/configuration' });
    await editor(page).click();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type('// args of gateway?');
    expect(await editor(page).innerText()).toContain('// args of gateway?');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(page.url()).toContain('/configuration');
  });

  test('is checked as it is typed, reviewed, and saved; secrets stay', async ({ place }) => {
    const memo = { ...fixture('stateful'), env: { TOKEN: 'CANARY-0123456789' } };
    const { page, api } = await visit(place, { memo }, { address: '/configuration' });
    await editor(page).waitFor();
    expect(await editor(page).innerText()).not.toContain('CANARY');
    const { text } = (await api('GET', '/api/configuration')).body;
    await type(page, text.replace('"memo"', '"memo": { "command": 7 }, "other"'));
    await page.getByRole('button', { name: /command/ }).waitFor();
    await type(page, text.replace('"memo"', '"renamed"'));
    await page.getByText('Nothing is wrong with it.').waitFor();
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByText('starts renamed').waitFor();
    await page.getByText('ends memo').waitFor();
    await page.getByRole('button', { name: 'Save and reload' }).click();
    await toast(page, /Saved; it holds from now on/);
    const written = JSON.parse(readFileSync(join(place.folder, 'mcpx.json'), 'utf8'));
    expect(written.mcpServers).toEqual({ renamed: memo });
  });

  test('of two who write, the second sees both texts and loses nothing', async ({ place }) => {
    const { page, api } = await visit(place, { memo: fixture('stateful') }, { address: '/configuration' });
    const { text } = (await api('GET', '/api/configuration')).body;
    await editor(page).waitFor();
    await type(page, `// mine\n${text}`);
    await api('PUT', '/api/servers/memo/limits', { concurrency: 5 });
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByRole('button', { name: 'Save and reload' }).click();
    await page.getByText('Somebody else has changed the file meanwhile').waitFor();
    await page.getByRole('button', { name: 'Compare with theirs' }).click();
    await page.getByText('changes memo (concurrency)').waitFor();
    await page.getByRole('button', { name: 'Save and reload' }).click();
    await toast(page, /Saved; it holds from now on/);
    expect(readFileSync(join(place.folder, 'mcpx.json'), 'utf8')).toContain('// mine');
  });

  test('what was typed is not lost by going elsewhere', async ({ place }) => {
    const { page } = await visit(place, { memo: fixture('stateful') }, { address: '/configuration' });
    await editor(page).waitFor();
    await type(page, '{}');
    await page.getByRole('link', { name: 'Tools' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    expect(await editor(page).innerText()).toContain('{}');
    await page.getByRole('link', { name: 'Tools' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click();
    await heading(page, 'Tools');
  });

  test('names and values are completed from the schema', async ({ place }) => {
    const { page } = await visit(place, { memo: fixture('stateful') }, { address: '/configuration' });
    await editor(page).waitFor();
    const complete = async (text: string, back: number) => {
      await type(page, text);
      for (let step = 0; step < back; step++) await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Control+Space');
    };
    await complete('{ "mcpServers": { "a": { "isolation":  } } }', ' } } }'.length);
    await page.getByRole('option', { name: '"client"' }).click();
    await expect.poll(() => editor(page).innerText()).toContain('"isolation": "client"');
    await complete('{ "gateway": {  } }', ' } }'.length);
    await page.getByRole('option', { name: /"history"/ }).waitFor();
  });

  test('settings that hold are found', async ({ place }) => {
    const { page } = await visit(
      place,
      { memo: fixture('stateful') },
      { address: '/configuration?tab=effective' },
    );
    await page.getByLabel('Find a setting').fill('memo.timeoutMs');
    await page.getByRole('row').filter({ hasText: '300000' }).waitFor();
  });
});

test('the log is followed, filtered, paused and looked into', async ({ place }) => {
  const { page, gateway } = await visit(place, servers, { address: '/logs' });
  const log = page.getByRole('log');
  await log.getByText('tools listed').first().waitFor();
  await page.getByLabel('Server', { exact: true }).selectOption('memo');
  await expect.poll(async () => (await log.innerText()).includes('everything')).toBe(false);
  await calls(place, gateway, ['memo.get']);
  await log.getByText('memo.get: ok').waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await calls(place, gateway, ['memo.set', { value: 1 }]);
  await page.getByText('paused, 1 new lines').waitFor();
  expect(await log.getByText('memo.set').count()).toBe(0);
  await page.getByRole('button', { name: 'Go on' }).click();
  await log.getByText('memo.set: ok').click();
  await page.getByRole('dialog').getByText('"outcome": "ok"').waitFor();
});
