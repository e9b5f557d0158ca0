import type { Config } from '../config/types.ts';
import { McpxError } from '../errors.ts';
import type { Gateway } from '../gateway.ts';
import { subscribe } from '../telemetry/events.ts';
import type { UpstreamState } from '../types.ts';
import { counted } from '../words.ts';
import type { Given } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { describedLogin, type ShownLogin, shownLogin } from './login/shown.ts';
import { print, printJson } from './print.ts';
import { describedRunning, type Running, runningGateway } from './running.ts';
import { configuration, gatewayFrom, printWarnings } from './setup.ts';

/** What was found out about one server. Times in milliseconds. */
interface Finding {
  server: string;
  ok: boolean;
  state: UpstreamState;
  transport?: string;
  protocol?: string;
  connectMs?: number;
  tools?: number;
  resources?: number;
  prompts?: number;
  problem?: string;
  advice?: string;
  stderr: string[];
  warnings: string[];
  /** The gateway's own login there. */
  login?: ShownLogin;
  /** How the gateway that runs with this configuration sees it; absent when none runs. */
  running?: Running;
}

/** `mcpx doctor [SERVER]`: 0 when every server works. */
export async function run(given: Given): Promise<number> {
  const config = only(await configuration(given), given.words[0]);
  printWarnings(config);
  const running = await runningGateway(config);
  const findings = (await examine(config)).map(finding => ({
    ...finding,
    running: running.get(finding.server),
  }));
  if (given.values['json']) printJson(findings);
  else print(findings.map(described).join('\n'));
  return findings.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.failed;
}

function only(config: Config, name: string | undefined): Config {
  const servers = config.servers.filter(server => name === undefined || server.name === name);
  if (config.servers.length === 0)
    throw new McpxError('UNKNOWN_SERVER', `no server is configured in ${config.file}.`, { help: '' });
  if (servers.length > 0) return { ...config, servers };
  const help = `Servers: ${config.servers.map(server => server.name).join(', ')}.`;
  throw new McpxError('UNKNOWN_SERVER', `there is no server "${name}" in ${config.file}.`, { help });
}

/** Starts every server, listens to what happens, and leaves nothing behind. */
async function examine(config: Config): Promise<Finding[]> {
  const connected = new Map<string, number>();
  const noise = new Map<string, { line: string; count: number }>();
  const ends = [
    subscribe('connection.opened', ({ server, ms }) => void connected.set(server, Math.round(ms))),
    subscribe('upstream.noise', ({ server, line, count }) => void noise.set(server, { line, count })),
  ];
  const gateway = await gatewayFrom(config);
  try {
    gateway.start();
    await Promise.all(
      config.servers.map(({ name, connectTimeoutMs }) => gateway.listed(name, connectTimeoutMs + 1_000)),
    );
    return config.servers.map(({ name }) => {
      const finding = { ...findingOf(gateway, config, name), connectMs: connected.get(name) };
      const heard = noise.get(name);
      if (heard)
        finding.warnings.push(`${heard.count} lines on stdout were no messages, such as: ${heard.line}`);
      return finding;
    });
  } finally {
    for (const end of ends) end();
    await gateway.close(500);
  }
}

function findingOf(gateway: Gateway, config: Config, server: string): Finding {
  const status = gateway.statuses().get(server)!;
  const { listing, fresh } = gateway.snapshot.servers.get(server)!;
  const heard = fresh ? listing : undefined;
  const ok = status.state === 'ready';
  return {
    server,
    ok,
    state: status.state,
    transport: config.servers.find(({ name }) => name === server)?.target?.type,
    protocol: heard?.protocolVersion,
    tools: heard?.tools.length,
    resources: heard && heard.resources.length + heard.templates.length,
    prompts: heard?.prompts.length,
    problem: ok ? undefined : (status.reason ?? 'it did not answer in time'),
    advice: ok ? undefined : status.help,
    stderr: status.stderr.slice(-5),
    warnings: [...(heard?.warnings ?? [])],
    login: status.logins.filter(({ loggedIn }) => loggedIn).map(shownLogin)[0],
  };
}

function described(finding: Finding): string {
  const { server, ok, state, transport, protocol, connectMs, tools, resources, prompts } = finding;
  const head = ok
    ? `ok   ${server}: ${counted(tools ?? 0, 'tool')}, ${counted(resources ?? 0, 'resource')}, ${counted(prompts ?? 0, 'prompt')}; MCP ${protocol} over ${transport}, connected in ${connectMs} ms`
    : `FAIL ${server}: ${state}: ${finding.problem}`;
  const lines = [head, ...finding.warnings.map(warning => `     note: ${warning}`)];
  if (!ok && finding.stderr.length > 0) lines.push(...finding.stderr.map(line => `     stderr: ${line}`));
  const login = finding.running?.logins?.[0] ?? finding.login;
  const described = login && describedLogin(login);
  if (described) lines.push(`     login: ${described}`);
  if (finding.running) lines.push(`     in the running gateway: ${describedRunning(finding.running)}`);
  const page = finding.running?.loginPage;
  if (page !== undefined) lines.push(`     log in at: ${page}`);
  if (finding.advice) lines.push(`     what to do: ${finding.advice}`);
  return lines.join('\n');
}
