import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, vi } from 'vitest';
import { endsBackground } from './attaching.ts';
import { type Gateway, main, root } from './gateway.ts';
import { fixture, type Place } from './place.ts';
import { Shell, type Shown } from './shell.ts';

/** Programs that are not here: each writes down what it is told. */
const recorders = ['claude', 'code', 'browser', 'systemctl'] as const;

/** What a command shows once it serves. */
const serves = /serves \d+ servers? at (\S+)/;

/**
 * A new user's computer: `mcpx` is found, a configuration is where it belongs, Cursor has a server, and a shell waits.
 * What the documents call by examples (`/path/to/mcpx`, port 8000) is called by its name here.
 */
export class Desk {
  readonly config: string;
  readonly #place: Place;
  #address = '127.0.0.1:8000';
  #gateway?: Gateway;
  #shell?: Shell;

  constructor(place: Place) {
    this.#place = place;
    this.config = join(place.folder, 'config/mcpx/mcpx.json');
    const echo = fixture('echo');
    this.#put(this.config, JSON.stringify({ mcpServers: { echo } }, null, 2));
    this.#put('F', JSON.stringify({ mcpServers: { remote: { url: 'http://127.0.0.1:9/mcp' } } })); // nobody listens there
    const github = {
      ...fixture('stateful'),
      env: { GITHUB_TOKEN: 'ghp_0123456789abcdefghijABCDEFGHIJ012345' },
    };
    this.#put('.cursor/mcp.json', JSON.stringify({ mcpServers: { github } }));
    const query = { query: 'the sum of two numbers', gold: ['echo.add'] };
    for (const name of ['queries.jsonl', 'NAME.queries.jsonl']) this.#put(name, JSON.stringify(query));
    const tool = {
      server: 'echo',
      name: 'add',
      description: 'Adds two numbers',
      inputSchema: { type: 'object' },
    };
    this.#put('NAME.tools.jsonl', JSON.stringify(tool));
    this.#installPrograms();
    endsBackground(place);
    place.onClose(async () => this.#shell?.close());
  }

  /** The gateway of the configuration runs. */
  async serve(): Promise<void> {
    this.#gateway = await this.#place.serveFile(this.config);
    await this.#gateway.listed('echo');
    this.#address = new URL(this.#gateway.url).host;
  }

  /** Has `command` executed, as far as that can be done here, and looks whether it did what it is for. */
  async execute(command: string): Promise<void> {
    const typed = this.#meant(command);
    const isServing = /^(npm start|mcpx$|mcpx serve|mcpx stdio)/.test(typed);
    if (/^mcpx stdio/.test(typed)) return this.#overStdio('mcpx', typed.split(' ').slice(1));
    if (isServing) return this.#served(typed);
    await this.#followed(typed, await this.#shellFor(typed).run(typed));
  }

  /** Has `command` run until it has shown every line of `sample`, be it with other numbers and more between them. */
  async showsAsIn(sample: string, command: string): Promise<void> {
    const shell = this.#shellFor(command);
    await shell.begin(command);
    for (const line of sample.split('\n')) await shell.shows(likeLine(line));
    shell.interrupt();
    await shell.ended();
  }

  /** Has a client start, or reach, what its configuration says. */
  async connect(snippet: string): Promise<void> {
    const { mcpServers, servers } = JSON.parse(this.#meant(snippet));
    const { url, command, args } = (mcpServers ?? servers).mcpx;
    if (url !== undefined) await this.#overHttp(url);
    else await this.#overStdio(command, args);
  }

  #meant(text: string): string {
    return text
      .replaceAll('/path/to/mcpx.json', this.config)
      .replaceAll('/path/to/mcpx/', root)
      .replaceAll('127.0.0.1:8000', this.#address);
  }

  /** A gateway that serves until it is stopped, or on in the background. */
  async #served(command: string): Promise<void> {
    const shell = this.#shellFor(command);
    await shell.begin(command);
    const [, url] = await shell.shows(serves);
    this.#address = new URL(url!).host;
    await this.#overHttp(url!);
    if (command.endsWith('&')) return;
    await this.#paste(await shell.shows(/Paste into your client:[\s\S]*?\n\n/));
    shell.interrupt();
    const interrupted = 130; // npm itself, when what it runs has ended
    expect(await shell.ended()).toMatchObject({ code: command.startsWith('npm ') ? interrupted : 0 });
  }

  /** What a gateway says is to be pasted, in a second terminal. */
  async #paste([welcome]: RegExpExecArray): Promise<void> {
    const second = new Shell(this.#env(), this.#place.folder);
    this.#place.onClose(() => second.close());
    const pasted = [...welcome.matchAll(/(?:claude mcp|code --add-mcp) .*/g)].map(([command]) =>
      command.trim(),
    );
    expect(pasted).toHaveLength(2);
    for (const command of pasted) await this.#followed(command, await second.run(command));
    const [snippet] = /\{"mcpServers":.*\}\}/.exec(welcome)!;
    await this.connect(snippet);
  }

  /** What can be seen of a command that has ended well. */
  async #followed(command: string, { code, text }: Shown): Promise<void> {
    expect(code, text).toBe(0);
    if (command.includes('/api/')) expect(text).toContain('"name":"echo"');
    if (command.endsWith(' open')) await this.#isLetIn();
    if (command.startsWith('code ')) await this.#overHttp(JSON.parse(this.#told('code')[1]!).url);
    if (command.startsWith('claude ')) await this.#isAdded(this.#told('claude'));
  }

  /** The link that a browser was given opens the web page. */
  async #isLetIn(): Promise<void> {
    const link = await vi.waitFor(() => this.#told('browser')[0]!); // it is started beside the command
    const { headers } = await fetch(link, { redirect: 'manual' });
    expect(headers.get('set-cookie')).toMatch(/^mcpx/);
  }

  /** What Claude Code was told to add can be started, or reached. */
  async #isAdded(words: string[]): Promise<void> {
    expect(words.slice(0, 2)).toEqual(['mcp', 'add']);
    const dashes = words.indexOf('--');
    if (dashes === -1) await this.#overHttp(words.at(-1)!);
    else await this.#overStdio(words[dashes + 1]!, words.slice(dashes + 2));
  }

  /** A client that starts this lists tools. */
  async #overStdio(command: string, args: string[]): Promise<void> {
    const { folder } = this.#place;
    const wire = await this.#place.rawStdio('legacy', { command, args, env: this.#env(), cwd: folder });
    await expectTools(wire, args.includes('--flat'));
  }

  /** A client of this address lists tools. */
  async #overHttp(url: string): Promise<void> {
    await expectTools(await this.#place.rawHttp('legacy', url), false);
  }

  /** `npm` and `node` are run in the checkout, all else where the user's files are. */
  #shellFor(command: string): Shell {
    this.#shell ??= new Shell(this.#env(), /^(npm|node) /.test(command) ? root : this.#place.folder);
    return this.#shell;
  }

  #env(): Record<string, string> {
    const { folder } = this.#place;
    const PATH = [join(folder, 'bin'), dirname(process.execPath), process.env['PATH']].join(':');
    return this.#place.env({ PATH, BROWSER: join(folder, 'bin/browser') });
  }

  /** The words that a program which is not here was called with; throws when it was not. */
  #told(name: (typeof recorders)[number]): string[] {
    const file = join(this.#place.folder, `${name}.told`);
    const words = readFileSync(file, 'utf8').split('\0').slice(0, -1);
    if (words.length === 0) throw new Error(`${name} was not told anything yet`);
    rmSync(file);
    return words;
  }

  #installPrograms(): void {
    const { folder } = this.#place;
    mkdirSync(join(folder, 'bin'));
    symlinkSync(main, join(folder, 'bin/mcpx'));
    symlinkSync(join(root, 'node_modules'), join(dirname(this.config), 'node_modules')); // npx finds servers there
    for (const name of recorders) {
      const script = `#!/bin/sh\nprintf '%s\\0' "$@" >'${folder}/${name}.told'\n`;
      writeFileSync(join(folder, 'bin', name), script, { mode: 0o755 });
    }
  }

  #put(path: string, text: string): void {
    const file = path.startsWith('/') ? path : join(this.#place.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Such a line: numbers may be others, `…` stands for anything, and npm may have drawn something before it. */
function likeLine(line: string): RegExp {
  const escaped = line.replace(/[^\w\s…]/g, '\\$&');
  return new RegExp(`${escaped.replace(/\d+/g, '\\d+').replaceAll('…', '.+')}$`, 'm');
}

/** The three tools, or those of the servers. */
async function expectTools(
  wire: Awaited<ReturnType<Place['rawStdio' | 'rawHttp']>>,
  isFlat: boolean,
): Promise<void> {
  const { result } = await wire.request('tools/list');
  const names = (result!['tools'] as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual(isFlat ? expect.arrayContaining(['add', 'echo']) : ['inspect', 'exec', 'resources']);
}
