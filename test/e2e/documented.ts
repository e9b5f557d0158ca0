// What the documents tell a person to type.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../src/cli/commands.ts';
import { root } from './gateway.ts';

/** What is to be typed one after the other, in one place of a document. */
export interface Block {
  /** The document, and the first line. */
  title: string;
  lines: string[];
}

/** Every shell block of the README and of the documents below docs/. */
export function shellBlocks(): Block[] {
  const below = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const names = ['README.md', ...below.filter(name => name.endsWith('.md')).map(name => `docs/${name}`)];
  return names.sort().flatMap(name =>
    fences(name, 'sh|bash|shell|zsh|console').map(text => {
      const lines = commandsIn(text);
      return { title: `${name}: ${lines[0]}`, lines };
    }),
  );
}

/** Every command that the READMEs and the first pages name in a sentence, once. */
export function namedCommands(): string[] {
  const names = ['README.md', 'README.zh-CN.md', 'docs/README.md', 'docs/recipes.md'];
  const found = names.flatMap(name => [
    ...read(name).matchAll(/`((?:mcpx|npm|npx|node|curl|claude|code|docker|kubectl) [^`\n]+)`/g),
  ]);
  return [...new Set(found.map(([, command]) => command!))];
}

/** The configurations of clients that the README shows. */
export function clientSnippets(): string[] {
  return fences('README.md', 'json').filter(text => text.includes('"mcpx"'));
}

/** What the README says that `npm start` shows. */
export function sampleOfStart(): string {
  return fences('README.md', 'text')
    .find(text => text.includes('Paste into your client'))!
    .trimEnd();
}

/** Whether `command` is only the name of one that needs more words. */
export function isOnlyNamed(command: string): boolean {
  const [, name, ...more] = command.split(' ');
  const usage = commands.get(name!)?.usage ?? '';
  return more.length === 0 && command.startsWith('mcpx ') && usage !== '' && !usage.startsWith('[');
}

/** The commands of a block, without comments; one that goes on in the next line is one. */
function commandsIn(text: string): string[] {
  const whole = text.replace(/\\\n\s*/g, '').split('\n');
  return whole.map(line => line.replace(/\s+#.*$/, '').trim()).filter(line => line !== '');
}

/** What stands in the fenced blocks of that language, or of one of several with bars between them. */
function fences(name: string, language: string): string[] {
  const found = read(name).matchAll(new RegExp(`^\`\`\`(?:${language})\n([\\s\\S]*?)^\`\`\``, 'gm'));
  return [...found].map(([, text]) => text!);
}

function read(name: string): string {
  return readFileSync(join(root, name), 'utf8');
}
