import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { markedWith } from '../../test/e2e/place.ts';
import { freePort } from '../lib/gateway.ts';
import { residentMb } from '../lib/processes.ts';
import { gateway, probe, type ServerEntry, workplace } from '../lib/subjects.ts';

/** What a gateway holds at a moment. */
export interface Holdings {
  /** Of its servers, and their children. */
  processes: number;
  descriptors: number;
  timers: number;
  listeners: number;
  /** After a collection. */
  heapMb: number;
  residentMb: number;
}

interface Told {
  heapMb: number;
  listeners: number;
  resources: Record<string, number>;
}

/** A gateway that can be looked into. */
export class Inside {
  readonly url: string;
  readonly #child: ChildProcess;
  /** Named in the environment of every server: that is how they are found, whoever their parent is by now. */
  readonly #folder: string;

  static async start(servers: Record<string, ServerEntry>, settings: object): Promise<Inside> {
    const { config, env, folder } = workplace(servers, settings);
    const port = await freePort();
    const args = ['--expose-gc', '--import', probe, gateway, 'serve', '--config', config];
    const child = spawn(process.execPath, [...args, '--port', String(port)], {
      env,
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    });
    await once(child.stdout!, 'data');
    child.stdout?.resume();
    return new Inside(child, `http://127.0.0.1:${port}/mcp`, folder);
  }

  private constructor(child: ChildProcess, url: string, folder: string) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
  }

  async holdings(): Promise<Holdings> {
    const answer = once(this.#child, 'message') as Promise<[Told]>;
    this.#child.send('holdings');
    const [{ heapMb, listeners, resources }] = await answer;
    const pid = this.#child.pid!;
    return {
      processes: this.servers().length,
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
      timers: resources['Timeout'] ?? 0,
      listeners,
      heapMb,
      residentMb: residentMb(pid),
    };
  }

  /** Every process that was started for a server and still runs, and their children. */
  servers(): number[] {
    return markedWith(this.#folder).filter(pid => pid !== this.#child.pid);
  }

  /** Resolves with the exit code. */
  async stop(): Promise<number> {
    this.#child.kill('SIGTERM');
    const [code] = await once(this.#child, 'exit');
    return code;
  }
}
