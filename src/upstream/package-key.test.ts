import { expect, test } from 'vitest';
import { packageKey } from './package-key.ts';

const key = (line: string) => {
  const [command = '', ...args] = line.split(' ');
  return packageKey(command, args);
};

test.for([
  ['npx -y @scope/thing ./folder', 'npm @scope/thing'],
  ['npx thing@1.2.3 --flag', 'npm thing@1.2.3'],
  ['npx -y --package thing bin --flag', 'npm thing'],
  ['npx -p thing bin', 'npm thing'],
  ['npx --package=thing bin', 'npm thing'],
  ['npx --registry https://example.com thing', 'npm thing'],
  ['npx --registry=https://example.com thing', 'npm thing'],
  ['npm exec -y -- thing --flag', 'npm thing'],
  ['npm x thing', 'npm thing'],
  ['uvx thing --flag', 'uv thing'],
  ['uvx --from git+https://example.com/thing bin', 'uv git+https://example.com/thing'],
  ['uvx -p 3.12 thing', 'uv thing'],
  ['uvx --python=3.12 --with extra thing', 'uv thing'],
  ['uv tool run --from thing bin', 'uv thing'],
  ['pnpx thing', 'pnpm thing'],
  ['pnpm dlx thing', 'pnpm thing'],
  ['yarn dlx -p thing bin', 'yarn thing'],
  ['bunx thing', 'bun thing'],
  ['bun x thing', 'bun thing'],
] as const)('%s downloads "%s"', ([line, expected]) => {
  expect(key(line)).toBe(expected);
});

test.for(['/usr/local/bin/npx thing', 'C:\\node\\npx.cmd thing', 'NPX.CMD thing', 'cmd /c npx thing'])(
  '%s is npx',
  line => {
    expect(key(line)).toBe('npm thing');
  },
);

test('servers of one package with other arguments share it', () => {
  expect(key('npx -y thing /a')).toBe(key('npx thing /b --readonly'));
});

test.for([
  'node npx thing',
  'npm run thing',
  'uv run thing',
  'uv tool list',
  'pnpm thing',
  'yarn thing',
  'bun thing.ts',
  'cmd /c dir',
  'cmd /c',
  'npx',
  'npx -y',
  'npx --package',
  'my-npx thing',
  'constructor thing',
  '__proto__ thing',
])('%s downloads nothing that we know of', line => {
  expect(key(line)).toBeUndefined();
});
