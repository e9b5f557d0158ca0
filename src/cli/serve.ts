import type { AddressInfo } from 'node:net';
import { adminToken } from '../config/admin-token.ts';
import { currentEnvironment } from '../config/environment.ts';
import { stateFolder } from '../config/locate.ts';
import type { Config } from '../config/types.ts';
import { McpxError } from '../errors.ts';
import { learnSecrets } from '../secrets.ts';
import { tellOfChanges } from '../server/changes.ts';
import { HttpFront } from '../server/http.ts';
import { Surfaces } from '../server/surfaces.ts';
import { publish } from '../telemetry/events.ts';
import { openAdmin } from './admin.ts';
import { boundLog, logFile } from './attach/log-file.ts';
import type { Given } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { checkExposure } from './exposure.ts';
import { announce, newInstanceKey } from './instance/announce.ts';
import { untilStopped } from './lifecycle.ts';
import { listen } from './listen.ts';
import { levelFrom } from './log.ts';
import { text } from './options.ts';
import { reloading } from './reloading.ts';
import { configuration, gatewayFrom, printWarnings, toldOfStart } from './setup.ts';
import { telemetryOf } from './telemetry.ts';
import { printLink, printWelcome } from './welcome.ts';

/** `mcpx serve` */
export async function run(given: Given): Promise<number> {
  const quiet = given.values['quiet'] === true;
  const env = currentEnvironment();
  const config = withOptions(await configuration(given), given);
  printWarnings(config);
  const token = await adminToken(env);
  checkExposure(config.gateway.host, config, given.values['insecure'] === true);
  const gateway = await gatewayFrom(config);
  const surfaces = new Surfaces(gateway);
  const key = newInstanceKey();
  learnSecrets([key]);
  const telemetry = await telemetryOf(gateway, given);
  const prepare = (candidate: Config) => {
    const wanted = withOptions(candidate, given);
    const insecure = given.values['insecure'] === true;
    for (const { host } of [wanted.gateway, gateway.config.gateway]) checkExposure(host, wanted, insecure);
    return wanted;
  };
  const reloads = reloading(gateway, {
    prepare,
    onApplied: () => {
      front.adopt(gateway.config.gateway);
      telemetry.log.level = levelFrom(gateway.config, given);
    },
  });
  const front: HttpFront = new HttpFront({
    gateway,
    surfaces,
    config: config.gateway,
    instanceKey: key,
    telemetry,
    reloads,
    admin: () => openAdmin({ gateway, front, telemetry, reloads, prepare, env, instanceKey: key, token }),
  });
  const { host, port, portNamed } = config.gateway;
  const stopped = untilStopped({ onHangup: () => void reloads.reload('signal') }); // also what comes while we start ends everything in order
  await listen(front.server, host, port, portNamed);
  const bound = front.server.address() as AddressInfo;
  const state = stateFolder(env);
  boundLog(logFile(state, config.file));
  const withdraw = await announce(state, { config: config.file, bound, key });
  if (!quiet) printWelcome(config, bound.port);
  toldOfStart(config, `http://${host}:${bound.port}`);
  gateway.loginPage = server => front.loginPage(server);
  tellOfChanges(gateway, change => surfaces.listeners.changed(change));
  gateway.start();
  if (!quiet && process.stdout.isTTY) void front.adminLink().then(link => link && printLink(link));
  publish('gateway.stopping', { reason: await stopped });
  reloads.close();
  withdraw();
  front.drain();
  await surfaces.activity.idle(gateway.config.gateway.drainMs);
  await front.close();
  await gateway.close();
  await telemetry.close();
  return exitCodes.ok;
}

/** What the command line says goes before what the file says. */
function withOptions(config: Config, given: Given): Config {
  const host = text(given, 'host') ?? config.gateway.host;
  const asked = text(given, 'port');
  const port = asked === undefined ? config.gateway.port : Number(asked);
  if (!/^\d{1,5}$/.test(asked ?? '0') || port > 65_535) {
    throw new McpxError('USAGE', `--port ${asked} is no port; it is a number up to 65535.`);
  }
  const portNamed = asked !== undefined || config.gateway.portNamed;
  return { ...config, gateway: { ...config.gateway, host, port, portNamed } };
}
