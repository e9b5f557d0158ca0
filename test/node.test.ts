// npm puts node_modules/.bin before everything else in PATH: a package that brings a `node` would become every script's.
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

test('tests run on the Node that npm runs on, not on one that a package has brought', () => {
  const node = realpathSync(process.execPath);
  expect(node).not.toContain('node_modules');
  expect(existsSync(join(root, 'node_modules/.bin/node'))).toBe(false);
  const npm = process.env['npm_node_execpath'];
  if (npm !== undefined) expect(node).toBe(realpathSync(npm));
});
