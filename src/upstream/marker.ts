import { uptime } from 'node:os';
import { exists, namespaceOf, procIsOurs, statOf } from '../proc.ts';

/** The variable that tells a process, and all that it starts, whose they are. */
export const markerName = 'MCPX_OWNER';

/** A gateway, so that no other process is ever taken for it. */
export interface Owner {
  pid: number;
  /** On Linux in hundredths of a second since the machine started, elsewhere in milliseconds since 1970. */
  start: number;
  /** The pid namespace; '' where processes cannot be told by their markers. */
  namespace: string;
}

/** What a marker says. */
export interface Mark extends Owner {
  /** When the server was started, in hundredths of a second after its owner. */
  after: number;
}

let own: Owner | undefined;

/** Our own start on the clock of `seconds`. */
let bornAt = 0;

/** Who we are. */
export function ourselves(): Owner {
  if (own !== undefined) return own;
  bornAt = seconds() - process.uptime();
  const { pid } = process;
  const namespace = process.platform === 'linux' && procIsOurs() ? namespaceOf(pid) : '';
  const start = namespace === '' ? undefined : statOf(pid)?.start;
  own =
    start === undefined
      ? { pid, start: Math.round(Date.now() - process.uptime() * 1_000), namespace: '' }
      : { pid, start, namespace };
  return own;
}

/** The marker of a server that is started now: `pid:start:namespace:after`. */
export function marker(): string {
  const { pid, start, namespace } = ourselves();
  const after = Math.max(0, Math.round((seconds() - bornAt) * 100));
  return `${pid}:${start}:${namespace}:${after}`;
}

/** A clock that goes on while the machine sleeps, as the start times in /proc do. */
function seconds(): number {
  try {
    return uptime();
  } catch {
    return performance.now() / 1_000; // a system that does not tell
  }
}

/** The mark in an environment as /proc shows it; undefined unless there is exactly one and it is as we write it. */
export function markIn(environment: string): Mark | undefined {
  const values = environment.split('\0').filter(variable => variable.startsWith(`${markerName}=`));
  const [, pid, start, namespace, after] = form.exec(values.length === 1 ? (values[0] as string) : '') ?? [];
  if (namespace === undefined) return undefined;
  return { pid: Number(pid), start: Number(start), namespace, after: Number(after) };
}

const form = new RegExp(`^${markerName}=([1-9]\\d{0,9}):(\\d{1,15}):(\\d{1,20}):(\\d{1,15})$`);

/** Whether an owner of our own pid namespace lives. One that we cannot see does. */
export function lives({ pid, start }: Owner): boolean {
  const stat = statOf(pid);
  return stat === undefined ? exists(pid) : stat.start === start && !stat.ended;
}
