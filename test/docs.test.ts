/** The documents say what is so: their links, paths, snippets, commands and error codes are held against the code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../src/cli/commands.ts';
import { exitCodes } from '../src/cli/exit-codes.ts';
import { load, warningsOf } from '../src/config/loading.fixture.ts';
import { isErrorCode } from '../src/errors.ts';

const root = resolve(import.meta.dirname, '..');
const readmes = ['README.md', 'README.zh-CN.md'] as const;
/** Every document: those in the root, the page's, and all below docs/. */
const documents = [
  ...readdirSync(root).filter(isDocument),
  'ui/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(isDocument)
    .map(name => `docs/${name}`),
].sort();

describe.each(documents)('%s', name => {
  const text = read(name);
  const prose = withoutFences(text);

  test('links to files that exist', () => {
    const targets = all(prose, /\]\(([^)\s]+)\)/g).filter(target => !/^[a-z]+:/.test(target));
    const missing = targets.filter(target => !existsSync(placeOf(name, target)));
    expect(missing).toEqual([]);
  });

  test('links to headings that exist', () => {
    const targets = all(prose, /\]\(([^)\s:]*#[^)\s]+)\)/g);
    const missing = targets.filter(target => {
      const [, heading] = target.split('#');
      return !anchors(readFileSync(placeOf(name, target), 'utf8')).includes(heading!);
    });
    expect(missing).toEqual([]);
  });

  test('names files that exist', () => {
    const below = all(
      text,
      /(?<![\w./-])((?:src|test|scripts|docs|examples|schema|bench|ui|\.ci)\/[\w./-]*)/g,
    );
    const alone = all(prose, /`([\w.-]+\.(?:md|ts|mjs|cjs))`/g);
    const paths = [...below.map(path => path.replace(/\.+$/, '')), ...alone];
    expect(paths.filter(path => !existsSync(join(root, path)))).toEqual([]);
  });

  test('names error codes that exist', () => {
    const unknown = all(prose, /`(?!OTEL_|MCPX_)([A-Z][A-Z_]{4,})`/g).filter(code => !isErrorCode(code));
    expect(unknown).toEqual([]);
  });

  test.each(configurations(text))('configuration %# loads without a warning', async snippet => {
    expect(warningsOf(await load(snippet, variablesOf(snippet), filesOf(snippet)))).toBe('');
  });
});

test('docs/README.md leads to every document below docs/', () => {
  const below = documents.filter(name => name.startsWith('docs/') && name !== 'docs/README.md');
  const linked = all(read('docs/README.md'), /\]\(([^)#\s]+)/g).map(target => `docs/${target}`);
  expect(below.filter(name => !linked.includes(name))).toEqual([]);
});

describe('the READMEs', () => {
  const [english, chinese] = readmes.map(read) as [string, string];

  test('have the same headings', () => {
    expect(headings(chinese)).toEqual(headings(english));
  });

  test('have the same code', () => {
    expect(fences(chinese)).toEqual(fences(english));
  });

  test('link to each other and to the same documents', () => {
    const links = (text: string) => all(text, /\]\(([^)\s]+)\)/g).filter(target => !isReadme(target));
    expect(links(chinese)).toEqual(links(english));
    expect(english).toContain('](README.zh-CN.md)');
    expect(chinese).toContain('](README.md)');
  });

  test.each(readmes)('%s has every command with its options, and no other', name => {
    const rows = all(read(name), /^\| (`mcpx .*) \|$/gm).map(row => row.split(' | '));
    const shown = rows.map(([usage, , options]) => [
      all(usage!, /`mcpx ([^`]+)`/g)[0],
      all(options!, /`--([\w-]+)`/g),
    ]);
    const real = [...commands].map(([command, { usage, options }]) => [
      `${command} ${usage}`.trim(),
      Object.keys(options).filter(option => option !== 'help'),
    ]);
    expect(shown).toEqual(real);
  });

  test.each(readmes)('%s has every exit code', name => {
    expect(all(read(name), /^\| (\d+) \|/gm).map(Number)).toEqual(Object.values(exitCodes));
  });
});

function isDocument(name: string): boolean {
  return name.endsWith('.md');
}

function read(name: string): string {
  return readFileSync(join(root, name), 'utf8');
}

/** What the first group matched, each time. */
function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(match => match[1]!);
}

/** The fenced blocks with their language. */
function fences(text: string): string[] {
  return all(text, /^(```\w*\n[\s\S]*?^```)$/gm);
}

function withoutFences(text: string): string {
  return fences(text).reduce((rest, fence) => rest.replace(fence, () => ''), text);
}

/** The file that a link in the document `name` leads to. */
function placeOf(name: string, target: string): string {
  const [file] = target.split('#');
  return file === '' ? join(root, name) : join(root, dirname(name), file!);
}

/** The names under which GitHub shows the headings. */
function anchors(text: string): string[] {
  const shown = all(withoutFences(text), /^#+ (.*)$/gm);
  return shown.map(heading =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** How deep each heading is, in order. */
function headings(text: string): string[] {
  return all(withoutFences(text), /^(#+) /gm);
}

/** Every JSON snippet: the configurations of other clients are ours as well. One without servers is given one. */
function configurations(text: string): string[] {
  return fences(text)
    .filter(fence => /^```jsonc?\n/.test(fence))
    .map(fence => fence.replace(/^```\w+\n|```$/g, ''))
    .map(snippet =>
      /ervers"/.test(snippet)
        ? snippet
        : snippet.replace('{', '{ "mcpServers": { "any": { "command": "any" } },'),
    );
}

/** A value, each its own, for every variable that a snippet refers to. */
function variablesOf(snippet: string): Record<string, string> {
  return Object.fromEntries(all(snippet, /\$\{(?:env:)?(\w+)/g).map(name => [name, `value of ${name}`]));
}

/** Every file that a snippet refers to, with something in it. */
function filesOf(snippet: string): Record<string, string> {
  return Object.fromEntries(all(snippet, /\$\{file:([\w.-]+)/g).map(name => [name, `text of ${name}`]));
}

function isReadme(target: string): boolean {
  return readmes.some(name => name === target);
}
