import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { currentEnvironment } from '../../config/environment.ts';
import { McpxError } from '../../errors.ts';
import { nameFor } from '../../paths.ts';
import { Turn } from '../../turn.ts';
import { markerName } from '../../upstream/marker.ts';
import { findInstance } from '../instance/find.ts';
import { type Instance, instancesFolder } from '../instance/instance.ts';
import { lastLines, logFile, openLog } from './log-file.ts';

/** How long a gateway may take to start, and how long others wait for whoever starts it. */
const patienceMs = 10_000;
const pollMs = 50;

/**
 * The gateway for `config`; where none runs, one is started as a process of its own that outlives us. Of all who ask at
 * the same time one starts it. Throws NO_GATEWAY with what it last said.
 */
export async function startedInstance(config: string, stateFolder: string): Promise<Instance> {
  const folder = instancesFolder(stateFolder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const deadline = performance.now() + patienceMs; ; ) {
    const running = await findInstance(config, stateFolder);
    if (running !== undefined) return running;
    const turn = Turn.take(folder, nameFor(config));
    if (turn !== undefined) {
      try {
        // somebody may have had a turn since we looked
        return (await findInstance(config, stateFolder)) ?? (await start(config, stateFolder, turn));
      } finally {
        turn.leave();
      }
    }
    if (performance.now() > deadline) {
      throw noGateway(config, `another process has been starting it for ${patienceMs / 1_000} s.`);
    }
    await delay(pollMs + Math.random() * pollMs); // not in step with those who stepped back with us
  }
}

async function start(config: string, stateFolder: string, turn: Turn): Promise<Instance> {
  const log = openLog(logFile(stateFolder, config));
  const { size } = fstatSync(log);
  const gateway = inBackground(config, log);
  if (gateway.pid !== undefined) turn.passTo(gateway.pid); // should we be killed, it goes on, and others wait for it
  let end: string | undefined;
  gateway.once('exit', (code, signal) => {
    end = `it ended at once, with ${code === null ? signal : `exit code ${code}`}`;
  });
  gateway.once('error', error => {
    end = `it could not be started: ${error.message}`;
  });
  try {
    for (const deadline = performance.now() + patienceMs; performance.now() < deadline; await delay(pollMs)) {
      const ended = end; // who is found after that is somebody else
      const running = await findInstance(config, stateFolder);
      if (running !== undefined) return running;
      if (ended !== undefined) throw noGateway(config, said(ended, lastLines(log, size)));
    }
    gateway.kill();
    throw noGateway(config, said(`it did not answer within ${patienceMs / 1_000} s`, lastLines(log, size)));
  } finally {
    closeSync(log);
  }
}

/**
 * `mcpx serve` in a process group of its own, in the folder of its configuration. It belongs to nobody, even if another
 * gateway's server has started us.
 */
function inBackground(config: string, log: number): ChildProcess {
  const main = process.argv[1]!;
  const { [markerName]: _, ...env } = currentEnvironment();
  const gateway = spawn(process.execPath, [main, 'serve', '--quiet', '--config', config], {
    cwd: dirname(config),
    env,
    detached: true,
    stdio: ['ignore', log, log],
    windowsHide: true,
  });
  gateway.unref();
  return gateway;
}

function said(what: string, lines: string[]): string {
  return lines.length === 0 ? `${what}.` : `${what}. It said:\n${lines.join('\n')}`;
}

function noGateway(config: string, why: string): McpxError {
  const help = `Try \`mcpx serve --config ${config}\` by hand.`;
  return new McpxError('NO_GATEWAY', `there is no gateway for ${config}: ${why}`, { help });
}
