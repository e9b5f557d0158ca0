import { expect, test } from 'vitest';
import { learnSecrets } from '../secrets.ts';
import { safeJson, safeName, safeText } from './safe.ts';

learnSecrets(['known-secret-0123']);

test('what a terminal would obey is taken out, and so is a secret that it hid', () => {
  expect(safeText('a\x1b[31mb\x1b]8;;http://x\x07c\u202ed\u{e0041}e\x9b2Jf\rg')).toBe('abcdefg');
  expect(safeText('known-\x1b[0msecret-0123')).toBe('[secret]');
});

test('a secret at the place where a text is cut is not cut but taken out', () => {
  for (let before = 0; before < 40; before++) {
    const text = `${'x'.repeat(before)}known-secret-0123${'y'.repeat(10_000)}`;
    expect(safeText(text, 20)).not.toMatch(/known-s/);
    expect(safeJson({ text }, 20)).not.toMatch(/known-s/);
  }
});

test('names are on one line and not too long', () => {
  expect(safeName('a\nb')).toBe('a b');
  expect(safeName('n'.repeat(1_000))).toHaveLength(201);
  expect(safeName('known-secret-0123')).toBe('[secret]');
});

test('arguments and results are shown as JSON without what has the name of a secret', () => {
  expect(safeJson({ path: '/x', apiKey: 'abc', list: [1, null, true, { password: 'p', n: 1 }] })).toBe(
    '{"path":"/x","apiKey":"[secret]","list":[1,null,true,{"password":"[secret]","n":1}]}',
  );
  expect(safeJson('text')).toBe('"text"');
});

test('however large or deep a value is, its beginning is shown at once', () => {
  let deep: unknown = 'end';
  for (let i = 0; i < 100_000; i++) deep = [deep];
  const wide = Array.from({ length: 1_000_000 }, (_, i) => ({ i }));
  const started = performance.now();
  expect(safeJson(deep)).toContain('…');
  expect(safeJson(wide)).toHaveLength(2_001);
  expect(safeJson({ long: 'z'.repeat(50_000_000) })).toHaveLength(2_001);
  expect(performance.now() - started).toBeLessThan(2_000);
});
