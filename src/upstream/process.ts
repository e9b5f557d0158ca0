import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import type { Slot } from '../pool/starts.ts';
import { LineTransport } from '../rpc/lines.ts';
import { endGroup, groupAlive } from './group.ts';
import { marker, markerName } from './marker.ts';
import { packageKey } from './package-key.ts';
import { starts } from './starting.ts';
import { StderrTail } from './stderr.ts';
import { unwatch, watch } from './watchdog.ts';
import { shellFor } from './windows.ts';

export interface ProcessSpec {
  command: string;
  args: string[];
  cwd: string;
  /** The whole environment of the child; only our marker is added. */
  env: Record<string, string>;
}

/** How a process waits for its turn to start. */
export interface StartOptions {
  /** 0 when somebody waits for it, 1 in the background, 2 for a spare; 0 when left out. Asked at each free slot. */
  rank?: () => number;
  /** Ends the wait. */
  cancellation?: Cancellation;
  /** Called when its turn has come. */
  onturn?: () => void;
}

/** How a process ended. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** How long the end of a process and the end of its output may lie apart. */
const lastWordsMs = 200;
/** A server that has closed its input may go on with what it is saying for so long, in milliseconds. */
const longestWordsMs = 5_000;

/**
 * A server in a child process, spoken to over stdin and stdout. No shell; a process group of its own, which ends as a
 * whole; stderr is always drained. `pid` and `stderr` make the SDK's negotiation treat it as stdio.
 */
export class ProcessTransport extends LineTransport {
  /** The last lines that the child wrote to stderr. */
  readonly tail = new StderrTail();
  /** Set once the process has ended. */
  end?: ProcessEnd;
  /** Called when it runs. */
  onstart?: (pid: number) => void;
  /** Called once it has ended; `ms` is how long it ran. */
  onend?: (pid: number, end: ProcessEnd, ms: number) => void;

  readonly #spec: ProcessSpec;
  readonly #options: StartOptions;
  /** Of the wait for a slot. */
  readonly #wait = new Cancellation();
  #child?: ChildProcess;
  #closing?: Promise<void>;

  constructor(spec: ProcessSpec, options: StartOptions = {}) {
    super();
    this.#spec = spec;
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }
  get stderr(): null {
    return null; // the SDK only asks whether the name is there
  }

  /**
   * Waits for its turn, and resolves when the process runs. Rejects with UPSTREAM_UNAVAILABLE when it cannot be started,
   * with the reason when it is cancelled or closed before.
   */
  override async start(): Promise<void> {
    const { rank = () => 0, cancellation } = this.#options;
    const release = cancellation?.onCancel(reason => this.#wait.cancel(reason));
    try {
      const alone = packageKey(this.#spec.command, this.#spec.args);
      const entered = starts.enter({ rank, alone, cancellation: this.#wait });
      const slot = entered instanceof Promise ? await entered : entered;
      await this.#startIn(slot);
    } finally {
      release?.();
    }
  }

  async #startIn(slot: Slot): Promise<void> {
    try {
      this.#wait.throwIfCancelled(); // since it was granted
      this.#options.onturn?.();
      const child = this.#spawn();
      this.#child = child;
      this.#attend(child, slot);
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.on('error', error => reject(cannotStart(this.#spec, error as NodeJS.ErrnoException)));
      });
    } catch (error) {
      slot.ended();
      throw error;
    }
  }

  #attend(child: ChildProcess, slot: Slot): void {
    const { pid } = child;
    const startedAt = performance.now();
    if (pid !== undefined) watch(pid);
    child.once('spawn', () => this.onstart?.(pid!));
    const { stdin, stdout, stderr } = child;
    if (stdin === null || stdout === null || stderr === null) throw new Error('the child has no pipes');
    stderr.setEncoding('utf8').on('data', (text: string) => this.tail.push(text));
    stderr.on('error', () => {});
    this.attach(stdout, stdin);
    stdout.once('data', () => slot.alive());
    child.once('exit', (code, signal) => {
      slot.ended();
      this.end = { code, signal };
      if (pid !== undefined) this.onend?.(pid, this.end, performance.now() - startedAt);
      void this.close(); // what it leaves behind in its group must not outlive it
    });
    child.once('close', () => this.ended());
  }

  /** Ends the input, then asks the group to end, then kills it. Resolves when the whole group is gone. */
  override close(graceMs = 2_000): Promise<void> {
    this.#wait.cancel(new McpxError('CALL_CANCELLED', 'closed before it was started'));
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    const pid = this.#child?.pid;
    if (pid === undefined) return this.ended();
    if (this.end === undefined) this.#child?.stdin?.end();
    await endGroup(
      pid,
      () => this.end !== undefined && !groupAlive(pid),
      this.end === undefined ? graceMs : 0,
      graceMs,
    );
    unwatch(pid);
    await this.#drained();
    this.#child?.stdout?.destroy(); // a process that left the group may still hold the pipes
    this.#child?.stderr?.destroy();
    this.ended();
  }

  /** Its last words, and its exit code, come a moment after the end of its output. */
  protected override inputEnded(): void {
    if (this.end !== undefined) this.ended();
    else void this.#endSoon();
  }

  /** What it answered before it closed its input is still to be read. */
  protected override outputFailed(): void {
    void this.#endSoon();
  }

  /** When it has said nothing for a moment: a long answer may be on its way. */
  async #endSoon(): Promise<void> {
    const deadline = performance.now() + longestWordsMs;
    let heard = true;
    this.#child?.stdout?.on('data', () => {
      heard = true;
    });
    while (heard && performance.now() < deadline) {
      heard = false;
      await delay(lastWordsMs, undefined, { ref: false });
      await immediate(); // first read what came while we were busy
    }
    this.ended();
  }

  async #drained(): Promise<void> {
    const stdout = this.#child?.stdout;
    if (!stdout || stdout.readableEnded || stdout.destroyed) return;
    await new Promise<void>(resolve => {
      const timer = setTimeout(() => setImmediate(resolve), lastWordsMs); // first read what came while we were busy
      stdout.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #spawn(): ChildProcess {
    const { command, args, cwd, env } = this.#spec;
    const real = shellFor(command, args, env);
    try {
      return spawn(real.command, real.args, {
        cwd,
        env: { ...env, [markerName]: marker() },
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: process.platform !== 'win32', // its own process group
        windowsHide: true,
        windowsVerbatimArguments: real.verbatim,
      });
    } catch (error) {
      throw cannotStart(this.#spec, error as NodeJS.ErrnoException);
    }
  }
}

/** "exited with code 3" or "was ended by SIGKILL". */
export function describeEnd(end: ProcessEnd): string {
  return end.signal ? `was ended by ${end.signal}` : `exited with code ${end.code}`;
}

function cannotStart(spec: ProcessSpec, error: NodeJS.ErrnoException): McpxError {
  const why =
    error.code === 'ENOENT'
      ? `the command "${spec.command}" was not found on PATH, or its folder "${spec.cwd}" does not exist`
      : error.code === 'EACCES'
        ? `the command "${spec.command}" is not executable`
        : `the command "${spec.command}" cannot be started: ${error.message}`;
  const help = 'Install the command, or correct `command`, `args`, `cwd` in the configuration.';
  return new McpxError('UPSTREAM_UNAVAILABLE', why, { help, cause: error });
}
