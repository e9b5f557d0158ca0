import type { Reloads } from '../config/reloads.ts';
import { tellOfChanges } from '../server/changes.ts';
import { serveOverStdio } from '../server/stdio.ts';
import { type Choice, Surfaces } from '../server/surfaces.ts';
import { publish } from '../telemetry/events.ts';
import type { Otel } from '../telemetry/otel/otel.ts';
import { auditFrom } from './audit.ts';
import type { Given } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { untilStopped } from './lifecycle.ts';
import { levelFrom, logFrom } from './log.ts';
import { text } from './options.ts';
import { configuration, gatewayFrom, printWarnings, toldOfStart } from './setup.ts';

/** Servers start when the client has had a moment to list our tools: loading what connects to them takes as long. */
const headStartMs = 100;

/** What a client waits for before it kills us is two seconds; our servers get less. */
const graceMs = 500;

/** `mcpx stdio` */
export async function run(given: Given): Promise<number> {
  const config = await configuration(given, false);
  printWarnings(config);
  const log = logFrom(config, given);
  const audit = auditFrom(config.gateway.audit);
  const gateway = await gatewayFrom(config);
  const surfaces = new Surfaces(gateway);
  const tellServers = (owner: string, method: string) => gateway.tellServers(owner, method);
  const front = serveOverStdio(
    { surfaces, choice: choiceOf(given), tellServers },
    process.stdin,
    process.stdout,
  );
  gateway.loginPage = server =>
    import('./login/pages.ts').then(({ loginPage }) => loginPage(gateway, server));
  tellOfChanges(gateway, change => surfaces.listeners.changed(change));
  let reloads: Reloads | undefined;
  let otel: Promise<Otel | undefined> | undefined;
  const starting = setTimeout(() => {
    gateway.start();
    toldOfStart(config);
    if (config.gateway.otel.enabled) otel = import('./otel.ts').then(({ otelFrom }) => otelFrom(gateway));
    void import('./reloading.ts').then(({ reloading }) => {
      const onApplied = () => {
        log.level = levelFrom(gateway.config, given);
      };
      reloads = reloading(gateway, { onApplied });
    });
  }, headStartMs);
  const reason = await untilStopped({ gone: front.closed });
  if (log.isOpen) publish('gateway.stopping', { reason }); // else it would be loaded for that alone
  clearTimeout(starting);
  reloads?.close();
  await surfaces.activity.idle(gateway.config.gateway.drainMs);
  await front.close();
  await gateway.close(graceMs);
  await Promise.all([audit?.close(), otel?.then(opened => opened?.close())]);
  await log.close();
  process.exit(exitCodes.ok); // stdin may still be open
}

/** What the command line asks for. */
function choiceOf(given: Given): Choice {
  const servers = text(given, 'servers')?.split(',').filter(Boolean);
  return {
    ...(given.values['flat'] === true && { mode: 'flat' as const }),
    ...(servers && { servers }),
    profile: text(given, 'profile'),
  };
}
