import { tellOfChanges } from '../server/changes.ts';
import { serveOverStdio } from '../server/stdio.ts';
import { ThreeTools } from '../server/three-tools.ts';
import type { Given } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { untilStopped } from './lifecycle.ts';
import { logToStderr } from './log.ts';
import { configuration, gatewayFrom, printWarnings } from './setup.ts';

/** Servers start when the client has had a moment to list our tools: loading what connects to them takes as long. */
const headStartMs = 100;

/** What a client waits for before it kills us is two seconds; our servers get less. */
const graceMs = 500;

/** `mcpx stdio` */
export async function run(given: Given): Promise<number> {
  const config = await configuration(given, false);
  printWarnings(config);
  logToStderr(given.values['quiet'] === true);
  const gateway = await gatewayFrom(config);
  const tools = new ThreeTools(gateway);
  const front = serveOverStdio(tools, process.stdin, process.stdout);
  tellOfChanges(gateway, () => front.toolsChanged());
  const starting = setTimeout(() => gateway.start(), headStartMs);
  await untilStopped(front.closed);
  clearTimeout(starting);
  await tools.idle(config.gateway.drainMs);
  await front.close();
  await gateway.close(graceMs);
  process.exit(exitCodes.ok); // stdin may still be open
}
