import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { Ledger } from './ledger.ts';

/**
 * Remembers process groups in a shell that holds a pipe to us. When the pipe breaks, however we died, it ends them.
 * `+PGID` adds, `-PGID` removes; end of input is the alarm.
 */
const script = `trap '' INT TERM HUP QUIT
groups=' '
while IFS= read -r line; do
  case $line in
    +*) groups="$groups\${line#+} " ;;
    -*) gone=" \${line#-} "
        case $groups in *"$gone"*) groups="\${groups%%"$gone"*} \${groups#*"$gone"}" ;; esac ;;
  esac
done
for group in $groups; do kill -TERM "-$group" 2>/dev/null; done
[ "$groups" = ' ' ] || sleep 1
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done`;

let shell: ChildProcess | undefined;
let ledger: Ledger | undefined;
/** Groups, and when each was started, in milliseconds since 1970. */
const watched = new Map<number, number>();

/** From now on the process group `pgid` does not outlive us, even if we are killed. No shell, as on Windows: no watchdog. */
export function watch(pgid: number): void {
  watched.set(pgid, Date.now());
  tell(`+${pgid}`);
  note();
}

/** The group is gone; forget it before its number is used again. */
export function unwatch(pgid: number): void {
  if (!watched.delete(pgid)) return;
  tell(`-${pgid}`);
  note();
}

/** From now on what is watched is noted in the state folder too, for the case that the watchdog dies with us. */
export function noteIn(stateFolder: string): void {
  ledger ??= new Ledger(stateFolder);
  note();
}

function note(): void {
  ledger?.note([...watched].map(([pid, startedAt]) => ({ pid, startedAt })));
}

/** Ends every watched group at once; for the moment of our own exit, when nothing can be awaited any more. */
export function killWatched(): void {
  for (const pgid of watched.keys()) {
    if (process.platform === 'win32')
      spawnSync('taskkill', ['/pid', String(pgid), '/T', '/F']); // it has no groups
    else kill(pgid);
  }
  ledger?.remove();
}

/** Ends the watchdog while there is nothing to watch, for whoever goes on without us. */
export function standDown(): void {
  if (watched.size > 0) return;
  shell?.stdin?.end();
  shell = undefined;
}

function kill(pgid: number): void {
  try {
    process.kill(-pgid, 'SIGKILL');
  } catch {
    // gone already
  }
}

function tell(line: string): void {
  if (process.platform === 'win32') return;
  if (shell !== undefined) shell.stdin?.write(`${line}\n`);
  else if (watched.size > 0) shell = start();
}

function start(): ChildProcess {
  const child = spawn('/bin/sh', ['-c', script], {
    detached: true, // a signal to our own group must not end the one that cleans up after it
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
  });
  child.on('error', () => {}); // no /bin/sh: the exit hook is all there is
  child.once('exit', () => {
    if (shell === child) shell = undefined; // somebody ended it; the next change starts another
  });
  child.stdin?.on('error', () => {});
  for (const pgid of watched.keys()) child.stdin?.write(`+${pgid}\n`);
  child.unref();
  (child.stdin as unknown as { unref?(): void })?.unref?.();
  return child;
}
