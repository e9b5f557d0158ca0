/** What a zod issue means in the words of the reader: "what is wrong; what was expected". */
import type * as z from 'zod/mini';

const kinds: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** `issue` as a sentence; `value` is what stands at its path. Strings are not repeated: they may be secret. */
export function sentence(issue: z.core.$ZodIssue, value: unknown): string {
  const name = nameOf(issue.path);
  switch (issue.code) {
    case 'invalid_type':
      return `${name} is ${shown(value)}; expected ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_union':
      return `${name} is ${shown(value)}; expected ${issue.message}`;
    case 'invalid_value':
      return `${name} is ${JSON.stringify(value)}; expected one of ${issue.values.map(entry => JSON.stringify(entry)).join(', ')}`;
    case 'too_small':
      return issue.origin === 'string'
        ? `${name} is empty; expected text`
        : `${name} is ${shown(value)}; expected ${issue.minimum} or more`;
    case 'too_big':
      return `${name} is ${shown(value)}; expected ${issue.maximum} or less`;
    case 'invalid_key':
      return `the name has ${String(issue.path.at(-1)).length} characters; expected 1 to 300`;
    default:
      return `${name} ${issue.message}`;
  }
}

/** What a person calls the setting at `path`: `args[0]` in a server, `gateway.port` elsewhere. */
export function nameOf(path: PropertyKey[]): string {
  const [section, server, ...rest] = path;
  if (section === undefined) return 'the configuration';
  const inServer = server !== undefined && (section === 'mcpServers' || section === 'servers');
  if (inServer && rest.length === 0) return `server ${JSON.stringify(server)}`;
  const parts = inServer ? rest : path;
  return parts
    .map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

function shown(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : 'a string';
}
