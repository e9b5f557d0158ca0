import { expect, test } from 'vitest';
import { mustRunNothingNew } from './commands.ts';

const before = {
  mcpServers: { a: { command: 'x', args: ['1'], env: { A: '1' } }, r: { url: 'https://e.example/' } },
  servers: { v: { command: 'y', disabled: true } },
  defaults: { cwd: '.' },
};

const changed = (change: (copy: typeof before & Record<string, unknown>) => void) => {
  const copy = structuredClone(before) as typeof before & Record<string, unknown>;
  change(copy);
  return () => mustRunNothingNew(JSON.stringify(before), JSON.stringify(copy));
};

test('whatever runs something else is refused', () => {
  const refused = [
    changed(({ mcpServers }) => Object.assign(mcpServers, { b: { command: 'z' } })),
    changed(({ mcpServers }) => Object.assign(mcpServers, { ['__proto__x']: { command: 'z' } })),
    changed(({ mcpServers }) => Object.assign(mcpServers.a, { args: ['2'] })),
    changed(({ mcpServers }) => Object.assign(mcpServers.a, { env: { A: '1', NODE_OPTIONS: 'x' } })),
    changed(({ mcpServers }) => Object.assign(mcpServers.a, { envFile: 'x' })),
    changed(({ mcpServers }) => Object.assign(mcpServers.a, { cwd: '/' })),
    changed(({ mcpServers }) => Object.assign(mcpServers.a, { inheritEnv: true })),
    changed(({ mcpServers }) => Object.assign(mcpServers.r, { command: 'z' })),
    changed(({ servers }) => Object.assign(servers.v, { command: 'z' })),
    changed(copy => Object.assign(copy, { defaults: { cwd: '/' } })),
    changed(copy => Object.assign(copy, { gateway: { admin: { commands: true } } })),
  ];
  for (const change of refused) expect(change).toThrow(/may not be/);
  const proto = '{"mcpServers": {"__proto__": {"command": "z"}}}';
  expect(() => mustRunNothingNew('{}', proto)).toThrow(/may not be/);
});

test('all else is not', () => {
  const fine = [
    changed(() => {}),
    changed(({ mcpServers }) => Object.assign(mcpServers.a, { enabled: false, timeoutMs: 5 })),
    changed(({ servers }) => Object.assign(servers.v, { disabled: false })),
    changed(({ mcpServers }) => Object.assign(mcpServers, { n: { url: 'https://n.example/' } })),
    changed(({ mcpServers }) => Reflect.deleteProperty(mcpServers, 'a')),
    changed(copy => Object.assign(copy, { gateway: { port: 1 } })),
  ];
  for (const change of fine) expect(change).not.toThrow();
});
