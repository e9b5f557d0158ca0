// What a fresh machine needs before anything else: the right Node, the npm packages, and a build that is not stale.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`MCPX needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/** Installs what the lock file of a folder names, unless that has been done. */
export function install(folder = '.') {
  const cwd = join(root, folder);
  const installed = join(cwd, 'node_modules/.package-lock.json');
  if (
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(join(cwd, 'package-lock.json')).mtimeMs
  )
    return;
  must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd });
}

/** Installs Debian's Chromium for the tests of the web page, where that may be done; says so where it may not. */
export function installChromium() {
  const places = [
    process.env.CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  if (process.platform !== 'linux' || places.some(path => path && existsSync(path))) return;
  const mayInstall = process.getuid() === 0 && existsSync('/usr/bin/apt-get');
  const installed =
    mayInstall &&
    run('apt-get', ['update', '-qq']) &&
    run('apt-get', ['install', '-qq', '-y', '--no-install-recommends', 'chromium']);
  if (!installed)
    console.error(
      'The tests of the web page need Chromium: install the package "chromium", or name a program in CHROMIUM.',
    );
}

/** Builds dist/ when a source is newer, or when source maps are wanted and missing. */
export function build({ maps = false } = {}) {
  const entry = join(root, maps ? 'dist/cli/main.js.map' : 'dist/cli/main.js');
  const sources = ['src', 'ui', 'scripts', 'package.json', 'package-lock.json'].map(name =>
    newest(join(root, name)),
  );
  if (existsSync(entry) && statSync(entry).mtimeMs > Math.max(...sources)) return;
  must(process.execPath, ['scripts/build.mjs', ...(maps ? ['--maps'] : [])]);
}

/** Runs a command in the checkout; true when it ends with 0. */
export function run(command, args, options = {}) {
  const shell = process.platform === 'win32' && command === 'npm';
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', shell, ...options }).status === 0;
}

/** The program of an installed package. */
export function tool(name) {
  return join(root, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name);
}

function must(command, args, options) {
  if (run(command, args, options)) return;
  console.error(`${command} ${args.join(' ')} failed.`);
  process.exit(1);
}

function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map(name => newest(join(path, name))));
}
