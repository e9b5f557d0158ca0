import type { SearchEntry } from './fields.ts';

/** Entries by the names that somebody may call them by. */
export type ExactNames = ReadonlyMap<string, readonly number[]>;

/** The positions of all entries by bare name, `server.tool` and `server["tool"]`. */
export function exactNames(entries: readonly SearchEntry[]): ExactNames {
  const names = new Map<string, number[]>();
  for (const [position, { server, tool }] of entries.entries()) {
    const forms = [tool.name, `${server}.${tool.name}`, `${server}[${JSON.stringify(tool.name)}]`];
    for (const name of forms.map(comparable)) {
      const positions = names.get(name);
      if (positions === undefined) names.set(name, [position]);
      else positions.push(position);
    }
  }
  return names;
}

/** A name as it is compared: case, width and surrounding space count for nothing. */
export function comparable(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}
