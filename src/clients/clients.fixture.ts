import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { filesOf } from './find.ts';
import type { Place } from './place.ts';
import { type Client, clientNamed } from './table.ts';

const fixtures = join(import.meta.dirname, '../../test/fixtures/clients');

/** The text of a fixture of `test/fixtures/clients/`. */
export function fixtureText(name: string): string {
  return readFileSync(join(fixtures, name), 'utf8');
}

/** A home and a project in a temporary folder, on Linux whatever this is; `files`: client id, or id and `:project`, to fixture. */
export function placeWith(files: Record<string, string> = {}): Place & { path: (id: string) => string } {
  const base = mkdtempSync(join(tmpdir(), 'mcpx-clients-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const place: Place = {
    platform: 'linux',
    env: {},
    home: join(base, 'home'),
    folder: join(base, 'project'),
  };
  const path = (name: string) => {
    const [id, scope] = name.split(':');
    const client: Client = clientNamed(id!);
    return filesOf(client, place).find(({ folder }) => (folder !== undefined) === (scope === 'project'))!
      .path;
  };
  for (const [name, fixture] of Object.entries(files)) {
    mkdirSync(dirname(path(name)), { recursive: true });
    copyFileSync(join(fixtures, fixture), path(name));
  }
  return { ...place, path };
}
