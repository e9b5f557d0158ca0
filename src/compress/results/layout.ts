import { ExactNumber, writeJson } from '../../exact.ts';

/** The longest line that holds several values, in characters. */
const lineLength = 200;
/** What is nested deeper stays on one line. */
const maxDepth = 64;

/**
 * A value that came from JSON as JSON in lines: what is short on one, what is long with each entry on a line of its own.
 * Not indented: that would cost tokens.
 */
export function layout(value: unknown, depth = maxDepth): string {
  if (typeof value !== 'object' || value === null || depth === 0 || value instanceof ExactNumber) {
    return writeJson(value);
  }
  const entries = Array.isArray(value)
    ? value.map(item => layout(item, depth - 1))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${layout(item, depth - 1)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return fitOnLine(entries)
    ? `${open}${entries.join(',')}${close}`
    : `${open}\n${entries.join(',\n')}\n${close}`;
}

function fitOnLine(entries: string[]): boolean {
  let length = 0;
  for (const entry of entries) {
    length += entry.length + 1;
    if (length > lineLength || entry.includes('\n')) return entries.length === 0;
  }
  return true;
}
