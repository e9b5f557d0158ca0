import fc from 'fast-check';
import { expect, test } from 'vitest';
import { address } from './address.ts';

/** Any UTF-16 code unit, halves of pairs among them, and often one that means something. */
const unit = fc.oneof(
  fc.constantFrom(...'aB1 _-.,"\\\n[]\u001b\u0085\u200b\u202e\u2028\u3164'),
  fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code)),
);

test('plain names stand beside a dot, dashes and leading digits included', () => {
  expect(address('github', 'create_issue')).toBe('github.create_issue');
  expect(address('my-server', 'get-sum')).toBe('my-server.get-sum');
  expect(address('12306-mcp', 'list')).toBe('12306-mcp.list');
  expect(address('io.github/x', 'list')).toBe('io.github/x.list');
  expect(address('日本', '検索')).toBe('日本.検索');
});

test('other tool names stand in brackets', () => {
  expect(address('files', 'read file')).toBe('files["read file"]');
  expect(address('files', 'a.b')).toBe('files["a.b"]');
  expect(address('files', 'say "hi"\n')).toBe('files["say \\"hi\\"\\n"]');
  expect(address('files', '')).toBe('files[""]');
  expect(address('files', 'in\u202evisible')).toBe('files["in\\u202evisible"]');
  expect(address('files', 'filler\u3164')).toBe('files["filler\\u3164"]');
});

test('a server that cannot stand bare is bracketed too', () => {
  expect(address('my files', 'read')).toBe('["my files"]["read"]');
  expect(address('a"]["b', 'c')).toBe('["a\\"][\\"b"]["c"]');
});

/** Undoes `address`, given the server's name as its reader is. */
function toolOf(server: string, text: string): unknown {
  if (text.startsWith(`${server}.`)) return text.slice(server.length + 1);
  const brackets = text.startsWith('[') ? text.replace('][', ',') : `["",${text.slice(server.length + 1)}`;
  return JSON.parse(brackets)[1];
}

test('both names can be read back from any address', () => {
  const name = fc.string({ unit });
  fc.assert(
    fc.property(name, name, (server, tool) => {
      const text = address(server, tool);
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      fc.pre(!server.includes(']['));
      expect(toolOf(server, text)).toBe(tool);
    }),
  );
});
