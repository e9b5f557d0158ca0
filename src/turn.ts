import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processStart, runs } from './proc.ts';

const pollMs = 20;

/**
 * The only turn there is for `name` in a folder, held by one process at a time. Everybody puts down a file of their own
 * first and looks for those of others then: of two that do so at once, at least one sees the other and steps back. The
 * file's name says whose it is, so that one whose process is gone counts for nothing and can be removed by anybody.
 */
export class Turn {
  readonly #folder: string;
  readonly #name: string;
  readonly #files: string[] = [];

  private constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  /** Undefined while another process has it. */
  static take(folder: string, name: string): Turn | undefined {
    const turn = new Turn(folder, name);
    if (turn.#isTaken()) return undefined;
    turn.passTo(process.pid);
    if (!turn.#isTaken()) return turn;
    turn.leave();
    return undefined;
  }

  /** As soon as no other process has it; undefined when that takes longer than `ms`. */
  static async wait(folder: string, name: string, ms: number): Promise<Turn | undefined> {
    for (const deadline = performance.now() + ms; ; ) {
      const turn = Turn.take(folder, name);
      if (turn !== undefined || performance.now() > deadline) return turn;
      await delay(pollMs + Math.random() * pollMs); // not in step with those who stepped back with us
    }
  }

  /** From now on it is held until this process is gone as well. */
  passTo(pid: number): void {
    const file = `${this.#name}.${pid}.${processStart(pid) ?? ''}.turn`;
    this.#files.push(file);
    writeFileSync(join(this.#folder, file), '', { mode: 0o600 });
  }

  leave(): void {
    for (const file of this.#files) rmSync(join(this.#folder, file), { force: true });
  }

  #isTaken(): boolean {
    const others = readdirSync(this.#folder).filter(
      file => file.startsWith(`${this.#name}.`) && !this.#files.includes(file),
    );
    return others.some(file => {
      const [, pid, start] = /\.(\d+)\.(\d*)\.turn$/.exec(file) ?? [];
      if (pid === undefined) return false;
      if (runs(Number(pid), start || undefined)) return true;
      rmSync(join(this.#folder, file), { force: true });
      return false;
    });
  }
}
