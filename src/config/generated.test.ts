import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import { loadConfig } from './load.ts';
import { configuration } from './schema.ts';
import { fields, notes } from './setting.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const env = {
  PATH: '/bin',
  MCPX_KEY_ALICE: 'key-of-alice',
  MCPX_KEY_CI: 'key-of-ci',
  TRACKER_TOKEN: 'token',
};

test('what is generated from the schema is up to date', () => {
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  execFileSync(process.execPath, [tsx, join(root, 'scripts/generate.ts'), '--check']);
});

test('every setting is described', () => {
  const undescribed = (
    schema: typeof configuration | Parameters<typeof fields>[0],
    prefix: string,
  ): string[] =>
    Object.entries(fields(schema) ?? {}).flatMap(([key, field]) => [
      ...(notes.get(field)?.description ? [] : [prefix + key]),
      ...undescribed(field, `${prefix}${key}.`),
    ]);
  expect(undescribed(configuration, '')).toEqual([]);
});

describe.each(readdirSync(join(root, 'examples')).filter(name => name.endsWith('.json')))(
  'examples/%s',
  name => {
    const file = join(root, 'examples', name);

    test('loads without a warning', async () => {
      const config = await loadConfig(file, env);
      expect(config.warnings).toEqual([]);
      expect(config.servers.map(({ target }) => target)).not.toContain(undefined);
    });

    test('is valid for an editor', () => {
      const schema = JSON.parse(readFileSync(join(root, 'schema/mcpx.schema.json'), 'utf8'));
      const validate = new Ajv2020({ strictTypes: false }).compile(schema);
      expect(validate(parse(readFileSync(file, 'utf8'))), JSON.stringify(validate.errors)).toBe(true);
    });
  },
);
