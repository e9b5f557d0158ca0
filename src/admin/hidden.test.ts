import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutSecretValues, withSecretValues } from './hidden.ts';

const text = `{
  // mine
  "mcpServers": {
    "a": { "command": "x", "args": ["--token", "sk-CANARY-1", "-v"], "env": { "T": "sk-CANARY-2", "R": "\${env:R}" } },
    "b": { "url": "https://me:CANARY-3@h/?key=CANARY-4", "headers": { "Authorization": "Bearer CANARY-5" }, },
    "__proto__": { "command": "x", "env": { "T": "sk-CANARY-6" } },
  },
  "gateway": { "keys": { "k": "CANARY-\\"7\\"" } }
}
`;

test('secrets are marks, everything else is as it was, and the way back is exact', () => {
  const shown = withoutSecretValues(text);
  expect(shown).not.toContain('CANARY');
  expect(shown.replace(/\*\*\*[0-9a-f]{12}/g, '*')).toBe(
    text
      .replace(/sk-CANARY-\d/g, '*')
      .replace('me:CANARY-3', '*')
      .replace('CANARY-4', '*')
      .replace('CANARY-5', '*')
      .replace('CANARY-\\"7\\"', '*'),
  );
  expect(withSecretValues(shown, text)).toBe(text);
});

test('a mark means its secret wherever it is put, and nothing without it', () => {
  const shown = withoutSecretValues(text);
  const [mark] = /\*\*\*[0-9a-f]{12}/.exec(shown)!;
  const moved = `{ "mcpServers": { "c": { "command": "y", "env": { "N": "x ${mark}" } } } }`;
  expect(withSecretValues(moved, text)).toContain('"N": "x sk-CANARY-1"');
  expect(() => withSecretValues(moved, '{}')).toThrow(`${mark} stands for no secret`);
});

test('of a key that stands twice, neither is shown', () => {
  const twice =
    '{ "mcpServers": { "a": { "command": "CANARY-1", "command": "CANARY-2", "env": {}, "env": { "T": "CANARY-3" } } } }';
  const shown = withoutSecretValues(twice);
  expect(shown).toMatch(/"command": "CANARY-1", "command": "\*\*\*.*"T": "\*\*\*/);
  expect(withSecretValues(shown, twice)).toBe(twice);
});

test('any text comes back as it was', () => {
  const value = fc.oneof(fc.string(), fc.constantFrom('${env:A}', 'Bearer x', 'sha256:00', '***0123456789a'));
  const entry = fc.record({
    command: fc.string(),
    args: fc.array(value, { maxLength: 3 }),
    env: fc.dictionary(fc.string(), value, { maxKeys: 3 }),
    headers: fc.dictionary(fc.string(), value, { maxKeys: 2 }),
  });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), entry, { maxKeys: 3 }), mcpServers => {
      const before = JSON.stringify({ mcpServers }, null, 2);
      expect(withSecretValues(withoutSecretValues(before), before)).toBe(before);
    }),
    { numRuns: 200 },
  );
});

test.for(['', '{', '[]', 'null', '{ "a": '])('what is no configuration is left alone: %j', broken => {
  expect(withoutSecretValues(broken)).toBe(broken);
  expect(withSecretValues(broken, broken)).toBe(broken);
});

test('comments, numbers and the whole of a broken text are no place for secrets either', () => {
  const odd = `{
  // "old": { "url": "https://h", "headers": { "Authorization": "Bearer CANARY-1234567890abcdef" } }
  /* export API_KEY=CANARY-2-0123456789, "env": { "PASSWORD": "CANARY-3" } */
  "mcpServers": { "a": { "command": "x", "env": { "PIN": 1234567890, "ON": true } } } // plain words stay
}`;
  const shown = withoutSecretValues(odd);
  expect(shown).not.toMatch(/CANARY|1234567890/);
  expect(shown).toContain('// plain words stay');
  expect(withSecretValues(shown, odd)).toBe(odd);

  const broken =
    '{ "mcpServers": { "a": { "command": "npx", "env": { "T": "CANARY-4", "R": "${env:REFERENCE}" } ';
  const half = withoutSecretValues(broken);
  expect(half).not.toContain('CANARY');
  expect(half).toContain('"command": "npx"');
  expect(half).toContain('"${env:REFERENCE}"');
  expect(withSecretValues(half, broken)).toBe(broken);
});

test('a private key that stands there is hidden', () => {
  const own = '{ "mcpServers": { "a": { "url": "https://h", "auth": { "privateKey": "CANARY-KEY" } } } }';
  expect(withoutSecretValues(own)).not.toContain('CANARY');
});
