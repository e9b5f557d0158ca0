import { expect, test } from 'vitest';
import { withEnabled, withoutServer, withServer, withSetting, withToolSwitched } from './change.ts';

const of = (own: string, more = '') => `{ "mcpServers": { "a": { "command": "x"${own} } }${more} }`;

test.each([
  ['', '', ', "enabled": false'],
  [', "enabled": true', '', ', "enabled": false'],
  [', "disabled": false', '', ', "disabled": true'],
])('off, %s becomes %s%s', (own, more, wanted) => {
  expect(withEnabled(of(own, more), 'a', false)).toBe(of(wanted, more));
});

test.each([
  ['', '', ''],
  [', "enabled": false', '', ''],
  [', "enabled": true', '', ', "enabled": true'],
  [', "disabled": true', '', ''],
  [', "disabled": false', '', ', "disabled": false'],
  ['', ', "defaults": { "enabled": false }', ', "enabled": true'],
  [', "disabled": true', ', "defaults": { "enabled": false }', ', "enabled": true'],
])('on, "%s" with "%s" becomes "%s"', (own, more, wanted) => {
  expect(withEnabled(of(own, more), 'a', true)).toBe(of(wanted, more));
});

test('a server that is not there is told, with the one that may be meant', () => {
  const text = '{ "mcpServers": { "github": {}, "files": {} } }';
  const missing = { code: 'UNKNOWN_SERVER', help: 'Servers: github, files.' };
  const thrown = (work: () => unknown) => {
    try {
      return work();
    } catch (error) {
      return error;
    }
  };
  const near = thrown(() => withoutServer(text, 'githib'));
  expect(near).toMatchObject({ ...missing, message: expect.stringContaining('Did you mean "github"?') });
  const far = thrown(() => withSetting(text, 'zzzzzzzz', ['timeoutMs'], 1));
  expect(far).toMatchObject({ ...missing, message: 'there is no server "zzzzzzzz" in the file.' });
  const none = thrown(() => withEnabled('{}', 'a', true));
  expect(none).toMatchObject({ code: 'UNKNOWN_SERVER', help: 'There are none yet.' });
});

test('a new server stands where the others do, and takes the place of another only when asked', () => {
  const text = '{ "servers": { "a": {} } }';
  expect(withServer(text, 'b', { command: 'y' })).toBe('{ "servers": { "a": {}, "b": { "command": "y" } } }');
  expect(() => withServer(text, 'a', {})).toThrow('there is a server "a" already');
  expect(withServer(text, 'a', { command: 'y' }, true)).toBe('{ "servers": { "a": { "command": "y" } } }');
});

test('a tool is switched in the list that holds it back', () => {
  const tools = (lists: string, more = '') => of(`, "tools": { ${lists} }`, more);
  const on = (text: string) => withToolSwitched(text, 'a', 't', true);
  const off = (text: string) => withToolSwitched(text, 'a', 't', false);
  expect(off(tools('"deny": ["u"]'))).toBe(tools('"deny": ["u", "t"]'));
  expect(off(tools('"deny": ["t"]'))).toBe(tools('"deny": ["t"]'));
  expect(off(tools('"allow": ["u"]'))).toBe(tools('"allow": ["u"]'));
  expect(on(tools('"deny": ["u", "t"]'))).toBe(tools('"deny": ["u"]'));
  expect(on(tools('"allow": ["u"]'))).toBe(tools('"allow": ["u", "t"]'));
  expect(on(tools('"allow": ["u"], "deny": ["t", "v"]'))).toBe(tools('"allow": ["u", "t"], "deny": ["v"]'));
  const inherited = ', "defaults": { "tools": { "deny": ["v"] } }';
  expect(off(of('', inherited))).toBe(of(', "tools": { "deny": ["v", "t"] }', inherited));
});
