import { isObject } from '../schema.ts';

/** Rows with the same keys from which on writing the keys once pays. */
const fewestRows = 3;
/** Nested deeper, a value is indented so far that nothing is won. */
const maxDepth = 24;

/** Whether somewhere in `value`, which is nested at most 24 deep, an array of objects begins with rows of the same keys. */
export function hasTable(value: unknown): boolean {
  const pending: [value: unknown, depth: number][] = [[value, 0]];
  let found = false;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [part, depth] = next;
    if (typeof part !== 'object' || part === null) continue;
    if (depth > maxDepth) return false;
    found ||= Array.isArray(part) && isTable(part);
    for (const child of Object.values(part)) {
      if (typeof child === 'object' && child !== null) pending.push([child, depth + 1]);
    }
  }
  return found;
}

function isTable(items: unknown[]): boolean {
  if (items.length < fewestRows) return false;
  const rows = items
    .slice(0, fewestRows)
    .map(row => (isObject(row) ? Object.keys(row).join('\0') : undefined));
  return rows.every(keys => keys !== undefined && keys !== '' && keys === rows[0]);
}
