// Every command that the documents tell a person to type is executed, or it is said here why not.
import { describe, expect } from 'vitest';
import { Desk } from './desk.ts';
import {
  type Block,
  clientSnippets,
  isOnlyNamed,
  namedCommands,
  sampleOfStart,
  shellBlocks,
} from './documented.ts';
import { fixture, test } from './harness.ts';

const noDocker = 'needs Docker; what the image does is done in test/e2e/container.test.ts';
const noCluster = 'needs a cluster; the manifests are checked in test/kubernetes.test.ts';
const noRegistry = 'needs the registry of npm; test/e2e/package.test.ts installs what would be there';
const noPerson = 'needs a person at an authorization server; test/e2e/login.test.ts has both';

/** What is not executed, and why. */
const notRun: Record<string, string> = {
  'npm test': 'runs this test',
  'npm install --global mcpx-gateway': noRegistry,
  'npm install mcpx-gateway': noRegistry,
  'npm run bench -- calls': 'measures for minutes',
  'npm run bench -- peers': 'measures for minutes',
  'npm run generate': 'writes into the checkout; npm run check says whether it would',
  'mcpx login SERVER': noPerson,
  'mcpx login tracker': noPerson,
  'mcpx login tracker --no-browser': noPerson,
  'mcpx login tracker --key laptop': noPerson,
  'docker build -t mcpx-gateway .': noDocker,
  'docker build -t mcpx-gateway:slim --target slim .': noDocker,
  'docker compose up -d': noDocker,
};

/** The same, by how they begin. */
const notRunAfter: Record<string, string> = {
  'docker run ': noDocker,
  'docker build -t registry.example.com/': noDocker,
  'kubectl ': noCluster,
  'npm install @opentelemetry/':
    'needs the registry of npm; test/e2e/otel.test.ts exports with these packages',
};

const { command, args } = fixture('echo');

/** How the usages of the table of commands are tried: words in place of what they call by names. */
const tried: Record<string, string> = {
  'mcpx add NAME [URL] [-- COMMAND…]': `mcpx add more -- ${command} ${args.join(' ')}`,
  'mcpx config [SERVER]': 'mcpx config echo',
  'mcpx disable NAME…': 'mcpx disable echo',
  'mcpx doctor SERVER': 'mcpx doctor echo',
  'mcpx doctor [SERVER]': 'mcpx doctor echo',
  'mcpx enable NAME…': 'mcpx enable echo',
  'mcpx eval FILE': 'mcpx eval queries.jsonl',
  'mcpx exec SERVER.TOOL [JSON]': `mcpx exec echo.add '{"a":1,"b":2}'`,
  'mcpx import [NAME…]': 'mcpx import github',
  'mcpx inspect [SERVER[.TOOL]]': 'mcpx inspect echo.add',
  'mcpx install [CLIENT]': 'mcpx install cursor',
  'mcpx logout SERVER': 'mcpx logout remote --config F',
  'mcpx read [SERVER] [URI]': 'mcpx read echo echo://text',
  'mcpx remove NAME…': 'mcpx remove echo',
  'mcpx service ACTION': 'mcpx service install',
  'mcpx uninstall CLIENT': 'mcpx uninstall cursor',
  'node dist/cli/main.js': 'node dist/cli/main.js --help',
  'npm start -- --config FILE': 'npm start -- --config /path/to/mcpx.json',
};

/** What must have been done before. */
const before: Record<string, string> = { 'mcpx uninstall CLIENT': 'mcpx install cursor' };

const blocks = shellBlocks();
const named = namedCommands();

describe('what is to be typed', () => {
  test.for(blocks.filter(({ lines }) => lines.some(isRun)))(
    '$title',
    { timeout: 60_000 },
    async (block, { place }) => {
      const desk = new Desk(place);
      if (!servesItself(block)) await desk.serve();
      for (const line of block.lines.filter(isRun)) await desk.execute(line);
    },
  );

  test('npm start shows what the README says', async ({ place }) => {
    await new Desk(place).showsAsIn(sampleOfStart(), 'npm start');
  });

  test.for(clientSnippets())('configuration %# of a client', async (snippet, { place }) => {
    const desk = new Desk(place);
    await desk.serve();
    await desk.connect(snippet);
  });
});

describe('what is named', () => {
  test.for(named.filter(isRun))('%s', { timeout: 60_000 }, async (name, { place }) => {
    const desk = new Desk(place);
    if (!servesItself({ lines: [name] })) await desk.serve();
    if (before[name] !== undefined) await desk.execute(before[name]);
    await desk.execute(tried[name] ?? (isOnlyNamed(name) ? `${name} --help` : name));
  });
});

test('nothing is left out, or tried otherwise, that is not there', () => {
  const all = [...blocks.flatMap(({ lines }) => lines), ...named];
  expect(Object.keys(notRun).filter(line => !all.includes(line))).toEqual([]);
  expect(Object.keys(notRunAfter).filter(start => !all.some(line => line.startsWith(start)))).toEqual([]);
  expect([...Object.keys(tried), ...Object.keys(before)].filter(name => !named.includes(name))).toEqual([]);
});

function isRun(line: string): boolean {
  return !Object.hasOwn(notRun, line) && !Object.keys(notRunAfter).some(start => line.startsWith(start));
}

/** Whether it starts a gateway, so that none may be there. */
function servesItself({ lines }: Pick<Block, 'lines'>): boolean {
  return lines.some(line => /^(npm start|mcpx serve)/.test(line));
}
