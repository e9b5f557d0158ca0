import { withoutSecrets } from '../secrets.ts';
import { type EventName, type Events, subscribe } from './events.ts';
import { Flood } from './log/flood.ts';
import type { RotatingFile } from './rotating-file.ts';
import { safeName, safeText } from './safe.ts';

export interface AuditOptions {
  file: RotatingFile;
  /** What this process does, such as `serve`, and for which user of the system. */
  command: string;
  user: string;
}

/** Refusals of each kind that are written down in a second; more are counted: nobody shall fill the file from outside. */
const refusals = 10;

/** Writes down who changed what, and who was refused what. Lines of JSON, which are only ever added to the file. */
export class Audit {
  readonly #options: AuditOptions;
  readonly #flood = new Flood(refusals);
  readonly #ends: (() => void)[];

  constructor(options: AuditOptions) {
    this.#options = options;
    this.#ends = [
      this.#on('gateway.started', 'started', ({ version, config, address }) =>
        address === undefined ? undefined : { version, config, address },
      ),
      this.#on('gateway.changed', 'changed', ({ principal, what, detail }) => ({
        principal: safeName(principal),
        what: safeText(what),
        detail: detail && safeText(detail),
      })),
      this.#on('config.reloaded', 'reloaded', ({ file, ms: _, warnings: __, ...rest }) => ({
        config: file,
        ...rest,
      })),
      this.#on('config.refused', 'configuration refused', ({ file, cause, problems }) => ({
        config: file,
        cause,
        problems: problems.map(text => safeText(text)),
      })),
      this.#on('auth.refused', 'refused', ({ code, method, path, from }) => {
        const request = safeText(`${method} ${path}`, 200);
        return this.#admitted(code, { code, request, from });
      }),
      this.#on('call.refused', 'call refused', ({ principal, client, server, tool, request, reason }) => {
        const whose = { principal: safeName(principal), client: safeName(client), request };
        const what = { server: safeName(server), tool: safeName(tool), reason: safeText(reason) };
        return this.#admitted('call', { ...whose, ...what });
      }),
    ];
  }

  /** Puts out what waits, at once: the process is about to end. */
  flush(): void {
    this.#options.file.flush();
  }

  /** Resolves when everything is written. */
  async close(): Promise<void> {
    for (const end of this.#ends) end();
    await this.#options.file.close();
  }

  /** `fieldsOf` may say that there is nothing to be written, such as of a gateway that one client alone has started. */
  #on<N extends EventName>(
    name: N,
    event: string,
    fieldsOf: (told: Events[N]) => object | undefined,
  ): () => void {
    const { file, command, user } = this.#options;
    return subscribe(name, told => {
      const fields = fieldsOf(told);
      if (fields === undefined) return;
      const line = { time: new Date().toISOString(), event, ...fields, command, user, pid: process.pid };
      file.write(`${withoutSecrets(JSON.stringify(line))}\n`);
    });
  }

  /** Undefined for one too many; else with how many of its kind were left out before it. */
  #admitted(kind: string, fields: object): object | undefined {
    const missed = this.#flood.admit(kind);
    return missed === undefined ? undefined : { ...fields, ...(missed > 0 && { missed }) };
  }
}
