import type { ConfigFile } from '../config/file.ts';
import type { Reloaded, Reloads } from '../config/reloads.ts';
import type { Change } from '../config/text-file.ts';
import type { Gateway } from '../gateway.ts';
import { isLoopback } from '../server/guard.ts';
import { publish } from '../telemetry/events.ts';
import { mustRunNothingNew } from './commands.ts';

export interface ChangesOptions {
  file: ConfigFile;
  gateway: Gateway;
  reloads: Reloads;
}

interface Done {
  changed: boolean;
  version: string;
  backup?: string;
  reloaded?: Reloaded;
}

/** Changes of the configuration file that come over the API. */
export class Changes {
  readonly file: ConfigFile;
  readonly #gateway: Gateway;
  readonly #reloads: Reloads;

  constructor({ file, gateway, reloads }: ChangesOptions) {
    this.file = file;
    this.#gateway = gateway;
    this.#reloads = reloads;
  }

  /** Whether servers that run commands may be added and changed: the configuration says so, or only this machine can ask. */
  get mayRunCommands(): boolean {
    const { admin, host, publicUrl, allowedHosts } = this.#gateway.config.gateway;
    const isForOthers = publicUrl !== undefined || allowedHosts.length > 0; // a proxy stands in front
    return admin.commands ?? (isLoopback(host) && !isForOthers);
  }

  /**
   * Changes the file and reloads; `what` is told to whoever watches. Throws as `ConfigFile.change`, and
   * COMMANDS_FORBIDDEN.
   */
  async make(what: string, change: Change & { strict?: boolean }): Promise<Done> {
    const edit = (text: string) => {
      const next = change.edit(text);
      if (!this.mayRunCommands) mustRunNothingNew(text, next);
      return next;
    };
    const { changed, version, backup } = await this.file.change({ ...change, edit });
    if (!changed) return { changed, version };
    publish('gateway.changed', { principal: 'admin', what });
    return { changed, version, ...(backup && { backup }), reloaded: await this.#reloads.reload('request') };
  }
}
