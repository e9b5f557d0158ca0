interface Runner {
  /** Those that share one package cache have one name. */
  cache: string;
  /** The words between the command and its own options. */
  words: string[];
  /** Options whose value is the package. */
  packages: string[];
  /** Other options that are followed by a value. */
  valued: string[];
}

const npm = {
  cache: 'npm',
  packages: ['-p', '--package'],
  valued: ['--registry', '--cache', '--prefix', '--loglevel', '-w', '--workspace'],
};
const uv = {
  cache: 'uv',
  packages: ['--from'],
  valued: [
    '-p',
    '--python',
    '-w',
    '--with',
    '-i',
    '--index-url',
    '--index',
    '--default-index',
    '--cache-dir',
  ],
};
const pnpm = { cache: 'pnpm', packages: ['--package'], valued: ['--registry', '-C', '--dir'] };
const yarn = { cache: 'yarn', packages: ['-p', '--package'], valued: [] };
const bun = { cache: 'bun', packages: ['-p', '--package'], valued: [] };

/** What runs a package that it may have to download first. */
const runners: Record<string, Runner[]> = {
  npx: [{ ...npm, words: [] }],
  npm: [
    { ...npm, words: ['exec'] },
    { ...npm, words: ['x'] },
  ],
  uvx: [{ ...uv, words: [] }],
  uv: [{ ...uv, words: ['tool', 'run'] }],
  pnpx: [{ ...pnpm, words: [] }],
  pnpm: [{ ...pnpm, words: ['dlx'] }],
  yarn: [{ ...yarn, words: ['dlx'] }],
  bunx: [{ ...bun, words: [] }],
  bun: [{ ...bun, words: ['x'] }],
};

/**
 * The package that a command downloads before it runs it, with the cache that it comes from; undefined for any other
 * command. Two first starts of one package at the same time break its cache.
 */
export function packageKey(command: string, args: readonly string[]): string | undefined {
  const [first, ...rest] = args;
  const program = programOf(command);
  if (program === 'cmd' && first?.toLowerCase() === '/c' && rest[0] !== undefined)
    return packageKey(rest[0], rest.slice(1));
  if (!Object.hasOwn(runners, program)) return undefined;
  const runner = runners[program]?.find(({ words }) => words.every((word, at) => args[at] === word));
  if (runner === undefined) return undefined;
  const name = packageOf(runner, args.slice(runner.words.length));
  return name === undefined ? undefined : `${runner.cache} ${name}`;
}

/** `C:\node\npx.cmd` is npx. */
function programOf(command: string): string {
  const name = command.split(/[\\/]/).at(-1) ?? '';
  return name.replace(/\.(cmd|exe|bat|ps1)$/i, '').toLowerCase();
}

function packageOf({ packages, valued }: Runner, args: string[]): string | undefined {
  for (let at = 0; at < args.length; at++) {
    const [option, value] = splitOption(args[at] as string);
    if (packages.includes(option)) return value ?? args[at + 1];
    if (!option.startsWith('-')) return option;
    if (valued.includes(option) && value === undefined) at++;
  }
  return undefined;
}

/** `--name=value` in two. */
function splitOption(arg: string): [string, string | undefined] {
  const at = arg.startsWith('--') ? arg.indexOf('=') : -1;
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)];
}
