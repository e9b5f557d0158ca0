import { expect, test } from 'vitest';
import { childEnvironment } from './environment.ts';

const ours = {
  PATH: '/bin',
  HOME: '/home/me',
  LC_ALL: 'C',
  XDG_RUNTIME_DIR: '/run',
  SSL_CERT_FILE: '/cert',
  HTTPS_PROXY: 'http://proxy',
  no_proxy: 'localhost',
  AWS_SECRET_ACCESS_KEY: 'secret',
  MCPX_KEY: 'secret',
  TMPDIR: undefined,
};

test('a server gets what every program needs, and nothing else of ours', () => {
  expect(childEnvironment(ours, { TOKEN: 't' }, false, 'linux')).toEqual({
    PATH: '/bin',
    HOME: '/home/me',
    LC_ALL: 'C',
    XDG_RUNTIME_DIR: '/run',
    SSL_CERT_FILE: '/cert',
    HTTPS_PROXY: 'http://proxy',
    no_proxy: 'localhost',
    TOKEN: 't',
  });
});

test('what inheritEnv names is added, and its own variables are stronger', () => {
  const env = childEnvironment(ours, { PATH: '/mine' }, ['MCPX_KEY', 'NONE'], 'linux');
  expect(env).toMatchObject({ MCPX_KEY: 'secret', PATH: '/mine' });
  expect(env).not.toHaveProperty('AWS_SECRET_ACCESS_KEY');
});

test('inheritEnv true is everything', () => {
  expect(childEnvironment(ours, {}, true, 'linux')).toEqual({ ...ours, TMPDIR: undefined });
});

test('on Windows the case of a name does not count', () => {
  const windows = {
    Path: 'C:\\',
    SystemRoot: 'C:\\Windows',
    'ProgramFiles(x86)': 'C:\\P',
    Secret: 's',
    Token: 't',
  };
  expect(childEnvironment(windows, { PATH: 'D:\\' }, ['TOKEN'], 'win32')).toEqual({
    PATH: 'D:\\',
    SystemRoot: 'C:\\Windows',
    'ProgramFiles(x86)': 'C:\\P',
    Token: 't',
  });
  expect(childEnvironment(windows, {}, false, 'linux')).toEqual({});
});
