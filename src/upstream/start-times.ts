import { execFile } from 'node:child_process';

/** The system is asked for so many processes at a time, so that the command line does not grow too long. */
const most = 500;

/** How long it may take to answer. PowerShell needs a second to start. */
const timeoutMs = 10_000;

/**
 * When processes started, in milliseconds since 1970, to the second; those that have ended are left out. Undefined when
 * the system does not tell.
 */
export async function startTimes(
  pids: readonly number[],
  platform: NodeJS.Platform = process.platform,
): Promise<Map<number, number> | undefined> {
  const times = new Map<number, number>();
  for (let at = 0; at < pids.length; at += most) {
    const some = pids.slice(at, at + most);
    const told = platform === 'win32' ? await fromPowerShell(some) : await fromPs(some);
    if (told === undefined) return undefined;
    for (const [pid, time] of told) times.set(pid, time);
  }
  return times;
}

async function fromPs(pids: readonly number[]): Promise<[number, number][] | undefined> {
  // one language and one time zone, so that the time can be read
  const env = { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' };
  const out = await run('ps', ['-o', 'pid=,stat=,lstart=', '-p', pids.join(',')], env);
  return out === undefined ? undefined : parsePs(out);
}

/** Lines such as `  812 Ss   Mon Nov 24 00:19:01 2025`, in UTC. A `Z` has ended. */
export function parsePs(out: string): [number, number][] {
  return out.split('\n').flatMap(line => {
    const [, pid, time] = /^\s*(\d+)\s+[^Z\s]\S*\s+(\S.*)$/.exec(line) ?? [];
    return time === undefined ? [] : known(pid, Date.parse(`${time} UTC`));
  });
}

async function fromPowerShell(pids: readonly number[]): Promise<[number, number][] | undefined> {
  const told = '"$($_.Id) $(([DateTimeOffset]$_.StartTime).ToUnixTimeMilliseconds())"';
  const script = `Get-Process -Id ${pids.join(',')} -ErrorAction SilentlyContinue | ForEach-Object { ${told} }`;
  const out = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script]);
  return out === undefined ? undefined : parsePowerShell(out);
}

/** Lines such as `812 1763943541000`. */
export function parsePowerShell(out: string): [number, number][] {
  return out.split(/\r?\n/).flatMap(line => {
    const [, pid, time] = /^(\d+) (\d+)$/.exec(line.trim()) ?? [];
    return known(pid, Number(time));
  });
}

function known(pid: string | undefined, time: number): [number, number][] {
  return Number.isFinite(time) ? [[Number(pid), time]] : [];
}

/** What a program prints. It ends with 1 when it knows none of the processes, which is an answer as well. */
function run(command: string, args: string[], env?: Record<string, string>): Promise<string | undefined> {
  return new Promise(resolve => {
    execFile(command, args, { env, timeout: timeoutMs, windowsHide: true }, (error, out, complaint) => {
      const answered = error === null || (error.code === 1 && complaint === '');
      resolve(answered ? out : undefined);
    });
  });
}
