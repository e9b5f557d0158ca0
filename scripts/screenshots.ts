/** npm run screenshots: every page in both themes and both widths, of a gateway with real servers and some calls, into docs/images/. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type Browser, chromium } from 'playwright-core';

const root = resolve(import.meta.dirname, '..');
const images = join(root, 'docs/images');
const token = 'for-screenshots-alone-0123';
/** Below the folder of the configuration: pictures show no paths of the machine that they were made on. */
const official = (name: string, ...args: string[]) => ({
  command: 'node',
  args: [`node_modules/@modelcontextprotocol/${name}/dist/index.js`, ...args],
});

/** Name of the file, address, and what is there when it is drawn. */
const pages: [name: string, address: string, shown: string][] = [
  ['overview', '/', 'What happened lately'],
  ['server', '/servers/files', 'Why it is as it is'],
  ['connections', '/servers/files?tab=connections', 'MB'],
  ['tools', '/tools?query=read%20a%20file', 'What a model is told'],
  ['tool', '/tools/everything/get-sum?arguments=%7B%22a%22%3A19%2C%22b%22%3A23%7D', 'First number'],
  ['resources', '/resources?server=everything&prompt=args-prompt', 'Name of the city'],
  ['calls', '/calls', 'files.'],
  ['statistics', '/statistics', 'What could be cheaper'],
  ['clients', '/clients', 'claude-code'],
  ['configuration', '/configuration', 'Nothing is wrong with it.'],
  ['add', '/configuration?tab=add', 'A command, an address'],
  ['logs', '/logs', 'tools listed'],
];
const widths = { wide: 1280, narrow: 390 };
const themes = ['light', 'dark'] as const;

const folder = join(tmpdir(), 'mcpx-demo');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
cpSync(join(root, 'examples/files'), join(folder, 'files'), { recursive: true });
const gateway = await started();
try {
  await clientsCall(gateway.base);
  mkdirSync(images, { recursive: true });
  const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
  const browser = await chromium.launch({
    executablePath,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  for (const theme of themes)
    for (const [size, width] of Object.entries(widths)) await draw(browser, theme, size, width);
  await browser.close();
} finally {
  gateway.child.kill('SIGTERM');
  await once(gateway.child, 'exit');
  rmSync(folder, { recursive: true, force: true });
}

async function started(): Promise<{ child: ChildProcess; base: string }> {
  const config = join(folder, 'mcpx.json');
  const configuration = {
    mcpServers: {
      everything: official('server-everything', 'stdio'),
      files: official('server-filesystem', 'files'),
      memory: { ...official('server-memory'), env: { MEMORY_FILE_PATH: '${env:HOME:-/tmp}/memory.jsonl' } },
      tickets: { command: 'node', args: ['-e', 'console.error("TICKETS_URL is not set"); process.exit(1)'] },
    },
    gateway: { history: { onDisk: true, payloads: true } },
  };
  writeFileSync(config, JSON.stringify(configuration, null, 2));
  const port = await freePort();
  const args = ['serve', '--config', config, '--port', String(port), '--quiet'];
  const child = spawn(process.execPath, [join(root, 'dist/cli/main.js'), ...args], {
    env: {
      ...process.env,
      HOME: folder,
      XDG_STATE_HOME: join(folder, 'state'),
      XDG_CONFIG_HOME: folder,
      MCPX_ADMIN_TOKEN: token,
    },
    stdio: 'ignore',
  });
  const base = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const ready = await fetch(`${base}/readyz`).catch(() => undefined);
    if (ready?.ok) return { child, base };
    if (tries > 100) throw new Error('the gateway does not start');
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** What two clients might do in a while. */
async function clientsCall(base: string): Promise<void> {
  for (const name of ['claude-code', 'cursor']) {
    const client = new Client({ name, version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${base}/mcp`)));
    await client.listTools();
    await client.callTool({ name: 'inspect', arguments: { query: ['read a file', 'remember a fact'] } });
    const call = (tool: string, given: object) =>
      client.callTool({ name: 'exec', arguments: { tool, arguments: given } });
    for (let turn = 0; turn < 8; turn++) {
      await call('files.list_directory', { path: join(folder, 'files') });
      await call('everything.get-sum', { a: turn, b: 2 });
      await call('memory.create_entities', { entities: peopleOf(turn) });
      if (turn % 4 === 0) await call('files.read_text_file', { path: '/somewhere/else.txt' });
    }
    await call('memory.read_graph', {});
  }
}

function peopleOf(turn: number) {
  return Array.from({ length: 12 }, (_, index) => ({
    name: `person ${turn}-${index}`,
    entityType: 'person',
    observations: ['lives in Berlin', `likes number ${index}`],
  }));
}

async function draw(
  browser: Browser,
  theme: (typeof themes)[number],
  size: string,
  width: number,
): Promise<void> {
  const viewport = { width, height: size === 'wide' ? 900 : 844 };
  const context = await browser.newContext({
    viewport,
    colorScheme: theme,
    locale: 'en-US',
    deviceScaleFactor: 1,
  });
  const page = await context.newPage();
  const authorization = `Bearer ${token}`;
  const link = await fetch(`${gateway.base}/api/links`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: '{}',
  });
  await page.goto(((await link.json()) as { url: string }).url);
  for (const [name, address, shown] of pages) {
    await page.goto(`${gateway.base}/#${address}`);
    await page.getByText(shown).first().waitFor();
    if (name === 'tool') {
      await page.getByRole('button', { name: 'Run' }).click();
      await page.getByText('is 42').waitFor();
    }
    await page.waitForTimeout(500); // charts are drawn, and what moves has come to rest
    await page.screenshot({ path: join(images, `${name}-${theme}-${size}.png`) });
  }
  await context.close();
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
