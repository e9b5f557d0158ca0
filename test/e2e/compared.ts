import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixture, type Place, root } from './harness.ts';
import type { Calling, Interest } from './heard.ts';
import type { Era } from './wire.ts';

interface Command {
  command: string;
  args: string[];
  env?: Record<string, string>;
}

/** A server that is listened to with and without MCPX in between. */
export interface Compared extends Interest {
  server: Command | { url: string };
  era: Era;
}

type Made = (place: Place) => Compared | Promise<Compared>;

/** The working set: servers that others wrote. None of them reaches anything; what they say of that is compared as well. */
export const theirs: Record<string, Made> = {
  everything: () =>
    real('.', '@modelcontextprotocol/server-everything', [], {
      calls: [
        ['echo', { message: 'Grüße 你好 🎉' }],
        ['get-sum', { a: 1, b: 2.5 }],
        ['get-tiny-image', {}],
        ['get-structured-content', { location: 'Chicago' }],
        ['get-annotated-message', { messageType: 'error', includeImage: true }],
        ['get-resource-links', { count: 3 }],
        ['trigger-long-running-operation', { duration: 0.3, steps: 3 }],
      ],
    }),
  filesystem: () =>
    real('.', '@modelcontextprotocol/server-filesystem', [join(root, 'examples')], {
      calls: [
        ['list_directory', { path: join(root, 'examples/files') }],
        ['read_text_file', { path: join(root, 'examples/files/planets.csv') }],
        ['read_text_file', { path: '/nowhere/at/all' }],
        ['directory_tree', { path: join(root, 'examples') }],
      ],
    }),
  memory: ({ folder }) =>
    real('.', '@modelcontextprotocol/server-memory', [], {
      env: { MEMORY_FILE_PATH: join(folder, 'memory.json') },
      calls: [
        ['read_graph', {}],
        ['search_nodes', { query: 'nothing' }],
      ],
    }),
  'sequential-thinking': () =>
    real(other, '@modelcontextprotocol/server-sequential-thinking', [], {
      calls: [
        ['sequentialthinking', { thought: 'a', nextThoughtNeeded: true, thoughtNumber: 1, totalThoughts: 2 }],
      ],
    }),
  github: () =>
    real(other, '@modelcontextprotocol/server-github', [], {
      env: { GITHUB_PERSONAL_ACCESS_TOKEN: 'dummy' },
    }),
  slack: () =>
    real(other, '@modelcontextprotocol/server-slack', [], {
      env: { SLACK_BOT_TOKEN: 'xoxb-dummy', SLACK_TEAM_ID: 'T0' },
    }),
  notion: () => real(other, '@notionhq/notion-mcp-server', [], { env: { NOTION_TOKEN: 'ntn_dummy' } }),
  mongodb: () => real(other, 'mongodb-mcp-server', [], { era: 'modern' }),
  // What it says of a wrong call depends on the network.
  'antv-chart': () => real(other, '@antv/mcp-server-chart', [], { wrongly: false }),
  'desktop-commander': () => real(other, '@wonderwhy-er/desktop-commander', ['--no-onboarding'], {}),
  playwright: () => real(other, '@playwright/mcp', ['--headless'], {}),
  'chrome-devtools': () => real(other, 'chrome-devtools-mcp', ['--headless'], {}),
  context7: () => real(other, '@upstash/context7-mcp', [], { era: 'modern' }),
  figma: () => real(other, 'figma-developer-mcp', ['--stdio'], { env: { FIGMA_API_KEY: 'dummy' } }),
};

/** Our fixtures, as far as they say the same to everybody who asks. */
export const ours: Record<string, Made> = {
  app: () => own('legacy', [['chart', {}]], 'app'),
  'conformance (2025)': () => own('legacy', conforming, 'conformance', 'legacy'),
  'conformance (2026)': () => own('modern', conforming, 'conformance', 'modern'),
  'counts-running': () => own('legacy', [['work', { message: 'x' }]], 'counts-running'),
  'dies-on-unknown': () => own('legacy', echoes, 'dies-on-unknown'),
  echo: () => own('legacy', [...echoes, ['add', { a: 1, b: 2 }]], 'echo'),
  'false-capabilities': () => own('legacy', echoes, 'false-capabilities'),
  'huge-list': () => own('legacy', echoes, 'huge-list'),
  'huge-result': () =>
    own(
      'legacy',
      [
        ['huge', { mb: 5 }],
        ['deep', { depth: 500 }],
      ],
      'huge-result',
    ),
  'legacy-http': async place => overHttp(place, 'legacy', good, 'legacy-http'),
  'legacy-http (JSON)': async place => overHttp(place, 'legacy', good, 'legacy-http', 'json'),
  logs: () => own('legacy', [['work', {}]], 'logs'),
  'modern-http': async place => overHttp(place, 'modern', good, 'modern-http'),
  'modern-odd': () => own('modern', odd, 'modern-odd'),
  'modern-stdio': () => own('modern', good, 'modern-stdio'),
  'no-input-schema-type': () => own('legacy', echoes, 'no-input-schema-type'),
  'noisy-stdout': () => own('legacy', echoes, 'noisy-stdout'),
  progress: () => own('legacy', [['work', { steps: 5, ms: 20 }]], 'progress'),
  'slow-start': () => own('legacy', echoes, 'slow-start'),
  stateful: () =>
    own(
      'legacy',
      [
        ['set', { value: 7 }],
        ['get', {}],
      ],
      'stateful',
    ),
  'stderr-flood': () => own('legacy', echoes, 'stderr-flood'),
  tables: () => own('legacy', tables, 'tables'),
  'talkative (2025)': () => own('legacy', good, 'talkative', 'legacy', 'stdio'),
  'talkative (2026)': () => own('modern', good, 'talkative', 'modern', 'stdio'),
  'tells-trace': () => own('legacy', [['trace', {}]], 'tells-trace'),
  watched: () => own('legacy', [['touch', {}]], 'watched'),
  wicked: () => own('legacy', [['plain', {}]], 'wicked'),
  wild: () =>
    own(
      'legacy',
      [
        ['wild', {}],
        ['fails', {}],
        ['rpc_error', {}],
      ],
      'wild',
    ),
};

/** Why the other fixtures cannot be compared. */
export const apart: Record<string, string> = {
  'asks-for-roots': 'answers nobody who has no roots',
  'asks-modern': 'asks back: matrix.test.ts',
  asks: 'asks back: matrix.test.ts',
  'authorization-server': 'speaks no MCP',
  'broken-http': 'answers nothing right',
  'dies-once': 'dies',
  embeddings: 'speaks no MCP',
  'endless-pages': 'its list never ends',
  environment: 'says what its environment is, which is another one',
  'exact-numbers': 'numbers that JSON.parse would change: exact.test.ts',
  'exits-at-start': 'dies',
  'exits-during-call': 'dies',
  'forgets-session': 'counts its sessions',
  grandchild: 'says which process it is',
  grows: 'says which process it is',
  'hangs-in-call': 'does not answer',
  'hangs-on-demand': 'does not answer',
  hinted: 'each answer is another one',
  'ignores-sigterm': 'says which process it is',
  'list-changed-storm': 'each list is another one',
  'log-flood': 'more log messages than anybody compares',
  leaks: 'shows a secret in more ways than answers',
  'mute-to-unknown': 'does not answer what it does not know',
  'never-initializes': 'does not answer',
  'progress-flood': 'more progress than anybody compares',
  'protected-http': 'wants a login',
  'slow-exit': 'is only slow to leave',
  'sse-only': 'the raw client of the tests does not speak HTTP+SSE: clients.test.ts',
  'stdout-flood': 'its answer is longer than is read',
  'trickles-http': 'its answers never end',
  'unique-answers': 'each answer is another one',
  'wrong-answers': 'answers what nobody asked',
};

const echoes: Calling[] = [['echo', { message: 'Grüße 你好 🎉' }]];
const good: Calling[] = [...echoes, ['add', { a: 1, b: 2 }], ['work', { steps: 3 }]];
const odd: Calling[] = ['list', 'number', 'nothing', 'object', 'fails', 'rpc_error'].map(name => [name, {}]);
const tables: Calling[] = ['rows', 'structured', 'summary', 'lines', 'picture', 'fails'].map(name => [
  name,
  { count: 300 },
]);
const conforming: Calling[] = [
  ['test_simple_text', {}],
  ['test_image_content', {}],
  ['test_multiple_content_types', {}],
  ['test_embedded_resource', {}],
  ['test_tool_with_progress', {}],
  ['test_error_handling', {}],
];

const other = 'test/servers';

interface More extends Interest {
  /** That of 2025 when left out. */
  era?: Era;
  env?: Record<string, string>;
}

/** A server from npm, installed in `folder`. */
function real(folder: string, name: string, args: string[], { env, ...interest }: More): Compared {
  const home = join(root, folder, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>;
  };
  const program = typeof bin === 'string' ? bin : (bin[name.split('/').pop()!] ?? Object.values(bin)[0]!);
  const server = { command: process.execPath, args: [join(home, program), ...args], ...(env && { env }) };
  return { server, era: 'legacy', wrongly: true, ...interest };
}

function own(era: Era, calls: Interest['calls'], ...[name, ...args]: Parameters<typeof fixture>): Compared {
  return { server: fixture(name, ...args), era, calls };
}

async function overHttp(
  place: Place,
  era: Era,
  calls: Calling[],
  ...[name, ...args]: Parameters<typeof fixture>
): Promise<Compared> {
  return { server: { url: (await place.fixtureHttp(name, ...args)).url }, era, calls };
}
