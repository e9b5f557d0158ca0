/** References in a text: `${env:NAME}`, `${NAME}`, `${file:path}`, and what VS Code adds to them. */
import { resolve } from 'node:path';
import { type Environment, homeFolder } from './environment.ts';
import { readText } from './read.ts';

/** Where references are looked up. */
export interface Scope {
  env: Environment;
  /** The configuration's folder, absolute. */
  folder: string;
  /** Takes the absolute path of each file that was read, or looked for. */
  included?: Set<string>;
}

/** A text without its references. */
interface Expansion {
  text: string;
  /** What came from the environment or a file; a default that stands in the configuration is none of it. */
  found: string[];
  missing: Missing[];
}

interface Missing {
  /** As written, such as `${env:TOKEN}`. */
  reference: string;
  /** "what is wrong; what was expected" */
  message: string;
}

const largestFile = 1024 * 1024;

/** Resolves each reference of `text`; what it resolves to is not looked into again. Never throws. */
export async function expand(text: string, scope: Scope): Promise<Expansion> {
  const expansion: Expansion = { text: '', found: [], missing: [] };
  let end = 0;
  for (const match of text.matchAll(/\$\{([^}]*)\}/g)) {
    const value = await lookUp(match[1]!, scope);
    expansion.text += text.slice(end, match.index) + (value.text ?? match[0]);
    if (value.found !== undefined) expansion.found.push(value.found);
    if (value.missing !== undefined) expansion.missing.push({ reference: match[0], message: value.missing });
    end = match.index + match[0].length;
  }
  expansion.text += text.slice(end);
  return expansion;
}

/** `text` is left out where the reference is unresolved, or is no reference at all. */
interface Value {
  text?: string;
  found?: string;
  missing?: string;
}

async function lookUp(inner: string, scope: Scope): Promise<Value> {
  if (inner.includes('${')) return { missing: 'a reference stands inside another; expected a plain default' };
  if (inner === 'workspaceFolder') return { text: scope.folder };
  if (inner === 'userHome') return { text: homeFolder(scope.env) };
  const [, kind, rest] = /^([A-Za-z]+):(?!-)(.*)$/s.exec(inner) ?? [];
  if (kind === 'env') return variable(rest!, scope.env);
  if (kind === 'file') return fileText(rest!, scope);
  if (kind === 'input') return { missing: `input "${rest}" would be asked of a person; ${elsewhere}` };
  if (kind) return { missing: `references of kind "${kind}" are not understood; ${elsewhere}` };
  return /^[A-Za-z_]\w*(:-.*)?$/s.test(inner) ? variable(inner, scope.env) : {};
}

const elsewhere = 'expected a reference of kind env or file';

function variable(inner: string, env: Environment): Value {
  const [name, ...rest] = inner.split(':-');
  const value = Object.hasOwn(env, name!) ? env[name!] : undefined;
  if (rest.length > 0 && !value) return { text: rest.join(':-') };
  if (value !== undefined) return { text: value, found: value };
  return { missing: `${name || 'a variable without a name'} is not set; expected it in the environment` };
}

async function fileText(path: string, scope: Scope): Promise<Value> {
  try {
    const file = resolve(scope.folder, path);
    scope.included?.add(file);
    const text = await readText(file, largestFile);
    const value = text.replace(/\r?\n$/, '');
    return { text: value, found: value };
  } catch (error) {
    return { missing: `file "${path}" ${(error as Error).message}` };
  }
}
