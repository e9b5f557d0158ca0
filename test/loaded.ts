import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(import.meta.dirname, '..');

/** The packages in the files of dist/ that Node's coverage, as NODE_V8_COVERAGE wrote it to `folder`, says were loaded. */
export function packagesLoaded(folder: string): string[] {
  const packages: Record<string, string[]> = JSON.parse(
    readFileSync(join(root, 'dist/modules.json'), 'utf8'),
  );
  const loaded = readdirSync(folder).flatMap(name => {
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      result: { url: string }[];
    };
    return result
      .filter(({ url }) => url.startsWith('file:'))
      .map(({ url }) => relative(root, fileURLToPath(url)));
  });
  return [...new Set(loaded.flatMap(file => packages[file] ?? []))].sort();
}
