import { userInfo } from 'node:os';
import { join } from 'node:path';
import { currentEnvironment } from '../config/environment.ts';
import { readConfigAt } from '../config/load.ts';
import { stateFolder } from '../config/locate.ts';
import type { GatewayConfig } from '../config/types.ts';
import { Audit } from '../telemetry/audit.ts';
import { type Events, publish } from '../telemetry/events.ts';
import { RotatingFile } from '../telemetry/rotating-file.ts';

const maxBytes = 16 * 1024 * 1024;
/** Full ones that are kept. */
const maxFiles = 10;

/** Where it is written down who changes what, from now on; undefined where that is not wanted. */
export function auditFrom({ enabled, file }: GatewayConfig['audit']): Audit | undefined {
  if (!enabled) return undefined;
  const path = file ?? join(stateFolder(currentEnvironment()), 'audit.jsonl');
  const audit = new Audit({
    file: new RotatingFile({ part: 'the audit file', path, maxBytes, maxFiles }),
    command: commandName(),
    user: userName(),
  });
  process.once('exit', () => audit.flush());
  return audit;
}

/** Writes down what a command has changed of what belongs to the configuration `file`. */
export async function writeDown(file: string, change: Events['gateway.changed']): Promise<void> {
  const read = await readConfigAt(file, currentEnvironment()).catch(() => undefined); // it may be broken still
  const audit = auditFrom(read?.config.gateway.audit ?? { enabled: true });
  publish('gateway.changed', change);
  await audit?.close();
}

/** Of the user whose process this is. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.()); // a user without a name
  }
}

/** Such as `serve`, which is also what options alone mean. */
function commandName(): string {
  const [name = ''] = process.argv.slice(2);
  return name === '' || name.startsWith('-') ? 'serve' : name;
}
