import type { Command, Option } from './command.ts';

const config: Option = {
  type: 'string',
  value: 'FILE',
  about: 'the configuration; else $MCPX_CONFIG, else ~/.config/mcpx/mcpx.json',
};
const key: Option = {
  type: 'string',
  value: 'NAME',
  about: 'the login of this key of the gateway, not the gateway’s own',
};
const logLevel: Option = {
  type: 'string',
  value: 'LEVEL',
  about: 'what is logged: silent, error, warn, info or debug',
};
const logFormat: Option = {
  type: 'string',
  value: 'FORMAT',
  about: 'json, pretty, or auto: pretty on a terminal',
};
const project: Option = { type: 'boolean', about: 'its file for the project in this folder' };
const secretsToEnv: Option = {
  type: 'boolean',
  about: 'write references such as ${env:TOKEN} in place of secrets, and say what to set',
};
const json: Option = { type: 'boolean', about: 'print JSON' };
const help: Option = { type: 'boolean', about: 'show this' };

export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'serve',
    {
      usage: '',
      about: 'run the gateway over HTTP (the default)',
      words: 0,
      options: {
        config,
        host: { type: 'string', value: 'HOST', about: 'the address to listen on (127.0.0.1)' },
        port: { type: 'string', value: 'N', about: 'the port to listen on (8000, or the next that is free)' },
        insecure: { type: 'boolean', about: 'listen on other addresses than loopback without keys' },
        quiet: { type: 'boolean', about: 'print only what is wrong' },
        'log-level': logLevel,
        'log-format': logFormat,
        help,
      },
      load: () => import('./serve.ts'),
    },
  ],
  [
    'stdio',
    {
      usage: '',
      about: 'run the gateway over stdin and stdout, for clients that start their servers',
      words: 0,
      options: {
        config,
        flat: { type: 'boolean', about: 'show all tools of all servers instead of the three' },
        servers: { type: 'string', value: 'A,B', about: 'show only these servers' },
        profile: { type: 'string', value: 'NAME', about: 'show only this part; as in gateway.profiles' },
        attach: { type: 'boolean', about: 'relay to the gateway that runs with this configuration' },
        start: { type: 'boolean', about: 'with --attach: start that gateway in the background if none runs' },
        quiet: { type: 'boolean', about: 'print only what is wrong' },
        'log-level': logLevel,
        'log-format': logFormat,
        help,
      },
      load: ({ values }) =>
        values['attach'] || values['start'] ? import('./attach/attach.ts') : import('./stdio.ts'),
    },
  ],
  [
    'inspect',
    {
      usage: '[SERVER[.TOOL]]',
      about: 'show what a model would see: servers, tools, or a search',
      words: 1,
      options: {
        config,
        query: { type: 'string', multiple: true, value: 'TEXT', about: 'search all tools; may be repeated' },
        limit: { type: 'string', value: 'N', about: 'how many tools to show' },
        json,
        help,
      },
      load: () => import('./inspect.ts'),
    },
  ],
  [
    'exec',
    {
      usage: 'SERVER.TOOL [JSON]',
      about: 'call a tool',
      words: 2,
      options: {
        config,
        select: { type: 'string', value: 'EXPR', about: 'JMESPath: print only this part of a JSON result' },
        json,
        help,
      },
      load: () => import('./exec.ts'),
    },
  ],
  [
    'read',
    {
      usage: '[SERVER] [URI]',
      about: 'list resources, or read one',
      words: 2,
      options: { config, json, help },
      load: () => import('./read.ts'),
    },
  ],
  [
    'add',
    {
      usage: 'NAME [URL] [-- COMMAND…]',
      about: 'add a server to the configuration',
      words: 1_000,
      options: {
        config,
        env: { type: 'string', multiple: true, value: 'NAME=VALUE', about: 'a variable for the command' },
        header: { type: 'string', multiple: true, value: '"NAME: VALUE"', about: 'a header for the address' },
        type: { type: 'string', value: 'TYPE', about: 'stdio, http or sse, where it cannot be told' },
        cwd: { type: 'string', value: 'FOLDER', about: 'where the command runs' },
        isolation: { type: 'string', value: 'WHO', about: 'call, client (the default) or shared' },
        disabled: { type: 'boolean', about: 'add it switched off' },
        replace: { type: 'boolean', about: 'replace one of that name' },
        json,
        help,
      },
      load: () => import('./edit/add.ts'),
    },
  ],
  [
    'remove',
    {
      usage: 'NAME…',
      about: 'remove servers from the configuration',
      words: 1_000,
      options: { config, json, help },
      load: () => import('./edit/remove.ts'),
    },
  ],
  [
    'enable',
    {
      usage: 'NAME…',
      about: 'switch servers on',
      words: 1_000,
      options: { config, json, help },
      load: () => import('./edit/enable.ts'),
    },
  ],
  [
    'disable',
    {
      usage: 'NAME…',
      about: 'switch servers off',
      words: 1_000,
      options: { config, json, help },
      load: () => import('./edit/disable.ts'),
    },
  ],
  [
    'import',
    {
      usage: '[NAME…]',
      about: 'take over servers from your other clients',
      words: 1_000,
      options: {
        config,
        from: {
          type: 'string',
          multiple: true,
          value: 'CLIENT',
          about: 'only from this client; may be repeated',
        },
        all: { type: 'boolean', about: 'all that are not configured yet' },
        yes: { type: 'boolean', about: 'switch them on; else they are added switched off' },
        replace: { type: 'boolean', about: 'replace those of the same name' },
        'secrets-to-env': secretsToEnv,
        json,
        help,
      },
      load: () => import('./clients/import.ts'),
    },
  ],
  [
    'install',
    {
      usage: '[CLIENT]',
      about: 'put MCPX into a client’s configuration',
      words: 1,
      options: {
        config,
        http: { type: 'boolean', about: 'reach the gateway over HTTP; else the client starts `mcpx stdio`' },
        url: { type: 'string', value: 'URL', about: 'where the gateway is, for --http' },
        'key-variable': {
          type: 'string',
          value: 'NAME',
          about: 'the environment variable that holds the gateway’s key, for --http',
        },
        attach: {
          type: 'boolean',
          about: 'have all windows share one gateway (`mcpx stdio --attach --start`)',
        },
        project,
        move: { type: 'boolean', about: 'move the client’s other servers behind MCPX' },
        replace: { type: 'boolean', about: 'with --move: replace configured servers of the same name' },
        'secrets-to-env': secretsToEnv,
        yes: { type: 'boolean', about: 'do not ask' },
        json,
        help,
      },
      load: () => import('./clients/install.ts'),
    },
  ],
  [
    'uninstall',
    {
      usage: 'CLIENT',
      about: 'take MCPX out of a client’s configuration, and undo what was moved',
      words: 1,
      options: { project, json, help },
      load: () => import('./clients/uninstall.ts'),
    },
  ],
  [
    'config',
    {
      usage: '[SERVER]',
      about: 'print every setting that holds, references as they stand',
      words: 1,
      options: {
        config,
        secrets: { type: 'boolean', about: 'show values that stand in the file and may be secret' },
        json,
        help,
      },
      load: () => import('./edit/config.ts'),
    },
  ],
  [
    'check',
    {
      usage: '',
      about: 'validate the configuration',
      words: 0,
      options: { config, json, help },
      load: () => import('./check.ts'),
    },
  ],
  [
    'reload',
    {
      usage: '',
      about: 'have the running gateway read its configuration again',
      words: 0,
      options: { config, json, help },
      load: () => import('./reload.ts'),
    },
  ],
  [
    'open',
    {
      usage: '',
      about: 'let a browser in to the admin API of the running gateway',
      words: 0,
      options: {
        config,
        'no-browser': { type: 'boolean', about: 'only print the link' },
        help,
      },
      load: () => import('./open.ts'),
    },
  ],
  [
    'login',
    {
      usage: 'SERVER',
      about: 'log in to a server that asks for it',
      words: 1,
      options: {
        config,
        'no-browser': { type: 'boolean', about: 'print the address to open; paste the one where it ends' },
        key,
        json,
        help,
      },
      load: () => import('./login/login.ts'),
    },
  ],
  [
    'logout',
    {
      usage: 'SERVER',
      about: 'forget the login to a server',
      words: 1,
      options: { config, key, help },
      load: () => import('./login/logout.ts'),
    },
  ],
  [
    'tokens',
    {
      usage: '',
      about: 'show what the servers cost a model, flat and through MCPX',
      words: 0,
      options: {
        config,
        live: { type: 'boolean', about: 'what the running gateway has cost its clients so far' },
        json,
        help,
      },
      load: ({ values }) => (values['live'] ? import('./tokens-live.ts') : import('./tokens.ts')),
    },
  ],
  [
    'stats',
    {
      usage: '',
      about: 'show which calls the running gateway has made, how long they took, and which failed',
      words: 0,
      options: {
        config,
        since: { type: 'string', value: 'TIME', about: 'how far back, such as 90s, 15m, 1h or 7d (24h)' },
        server: { type: 'string', value: 'NAME', about: 'only calls of this server' },
        tool: { type: 'string', value: 'NAME', about: 'only calls of this tool, as its server calls it' },
        client: { type: 'string', value: 'NAME', about: 'only calls of this client' },
        json,
        help,
      },
      load: () => import('./stats.ts'),
    },
  ],
  [
    'logs',
    {
      usage: '',
      about: 'show the log of the running gateway',
      words: 0,
      options: {
        config,
        follow: { type: 'boolean', about: 'and what comes' },
        lines: { type: 'string', value: 'N', about: 'how many of the last (100)' },
        level: { type: 'string', value: 'LEVEL', about: 'the least: error, warn, info or debug' },
        server: { type: 'string', value: 'NAME', about: 'only lines of this server' },
        tool: { type: 'string', value: 'NAME', about: 'only lines of this tool' },
        outcome: {
          type: 'string',
          value: 'HOW',
          about: 'only calls that ended so: ok, asked, tool_error, rpc_error, failed, cancelled or timeout',
        },
        request: { type: 'string', value: 'ID', about: 'only lines of this request' },
        json,
        help,
      },
      load: () => import('./logs.ts'),
    },
  ],
  [
    'service',
    {
      usage: 'ACTION',
      about:
        'install, uninstall: have the system run the gateway whenever you are logged in; status: does it?',
      words: 1,
      options: {
        config,
        'dry-run': { type: 'boolean', about: 'only print what would be written and run' },
        help,
      },
      load: () => import('./service/service.ts'),
    },
  ],
  [
    'eval',
    {
      usage: 'FILE',
      about: 'measure how well search finds the right tools for the queries in FILE',
      words: 1,
      options: { config, json, help },
      load: () => import('./eval/eval.ts'),
    },
  ],
  [
    'doctor',
    {
      usage: '[SERVER]',
      about: 'find out what is wrong, and say how to mend it',
      words: 1,
      options: { config, json, help },
      load: () => import('./doctor.ts'),
    },
  ],
]);
