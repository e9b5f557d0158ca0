import { withEnabled, withoutServer, withServer, withSetting } from '../../config/change.ts';
import { asMcpxError, McpxError } from '../../errors.ts';
import { shownId } from '../../server/client-report.ts';
import { publish } from '../../telemetry/events.ts';
import { safeName, safeText } from '../../telemetry/safe.ts';
import { localPrincipal } from '../../types.ts';
import { groupMemoryMb } from '../../upstream/memory.ts';
import type { servers } from '../contract/servers.ts';
import { withoutSecretsIn, withSecretsIn } from '../hidden.ts';
import { loadedOf } from '../loaded.ts';
import type { Handlers, Parts } from '../parts.ts';
import { shownServer, timeOf } from '../shown.ts';

export function serverRoutes({ gateway, front, changes, telemetry }: Parts): Handlers<keyof typeof servers> {
  const known = async (name: string) => {
    const loaded = await loadedOf(changes.file);
    if (!loaded.own.has(name) && !gateway.statuses().has(name)) throw unknown(name);
    return loaded;
  };
  const shown = async (name: string) => shownServer(gateway, name, (await known(name)).own.get(name));
  /** What is done with it goes on only where it is used. */
  const used = (name: string) => {
    if (!gateway.statuses().has(name)) throw unknown(name);
    return name;
  };
  const quoted = (name: string) => JSON.stringify(name);
  const restored = (settings: object, text: string) =>
    withSecretsIn(settings, text) as Record<string, unknown>;

  return {
    listServers: async () => {
      const { own } = await loadedOf(changes.file);
      const names = new Set([...own.keys(), ...gateway.statuses().keys()]);
      return { servers: [...names].map(name => shownServer(gateway, name, own.get(name))) };
    },
    getServer: async ({ params: { server } }) => {
      const { own, effective } = await known(server);
      const { listing } = gateway.snapshot.servers.get(server) ?? {};
      return {
        ...shownServer(gateway, server, own.get(server)),
        settings: withoutSecretsIn({ ...effective?.mcpServers[server] }),
        own: withoutSecretsIn({ ...own.get(server) }),
        ...(listing?.serverInfo && { info: { ...listing.serverInfo } }),
        ...(listing?.instructions !== undefined && { instructions: listing.instructions }),
        ...(listing && { protocolVersion: listing.protocolVersion, listedAt: timeOf(listing.listedAt) }),
        warnings: (listing?.warnings ?? []).map(text => safeText(text)),
        states: telemetry.happenings.statesOf(server).map(({ at, ...rest }) => ({ at: timeOf(at), ...rest })),
        stderr: (gateway.statuses().get(server)?.stderr ?? []).map(line => safeText(line)),
      };
    },
    addServer: ({ body: { name, settings } }) =>
      changes.make(`added server ${quoted(name)}`, {
        edit: text => withServer(text, name, restored(settings, text)),
      }),
    replaceServer: async ({ params: { server }, body: { settings } }) => {
      await known(server);
      return changes.make(`changed server ${quoted(server)}`, {
        edit: text => withServer(text, server, restored(settings, text), true),
      });
    },
    removeServer: ({ params: { server } }) =>
      changes.make(`removed server ${quoted(server)}`, { edit: text => withoutServer(text, server) }),
    enableServer: ({ params: { server } }) =>
      changes.make(`enabled server ${quoted(server)}`, { edit: text => withEnabled(text, server, true) }),
    disableServer: ({ params: { server } }) =>
      changes.make(`disabled server ${quoted(server)}`, { edit: text => withEnabled(text, server, false) }),
    setLimits: ({ params: { server }, body: { pool = {}, ...own } }) => {
      const wanted = [
        ...Object.entries(own).map(([name, value]) => [[name], value] as const),
        ...Object.entries(pool).map(([name, value]) => [['pool', name], value] as const),
      ].filter(([, value]) => value !== undefined);
      return changes.make(`changed limits of server ${quoted(server)}`, {
        edit: text =>
          wanted.reduce((left, [path, value]) => withSetting(left, server, path, value ?? undefined), text),
      });
    },
    restartServer: async ({ params: { server } }) => {
      await gateway.restart(used(server));
      publish('gateway.changed', { principal: 'admin', what: `restarted server ${quoted(server)}` });
      return shown(server);
    },
    checkServer: async ({ params: { server } }) => {
      used(server);
      try {
        return { ok: true, ms: await gateway.check(server) };
      } catch (thrown) {
        return { ok: false, reason: safeText(asMcpxError(thrown).message) };
      }
    },
    loginPage: async ({ params: { server } }) => {
      await loginTo(server);
      return { url: await front.loginPage(server, true) };
    },
    logOutOfServer: async ({ params: { server } }) => {
      const login = await loginTo(server);
      const ended = await login.end();
      publish('gateway.changed', { principal: 'admin', what: `logged out of server ${quoted(server)}` });
      return ended;
    },
    listConnections: async ({ params: { server } }) => {
      const clients = new Map(front.clients.map(({ id, client }) => [id, safeName(client)]));
      const all = gateway.connections(used(server)).map(async ({ id, thing, owner, ...usage }) => {
        const session = owner && shownId(owner);
        const client = session && clients.get(session);
        const { pid, protocolVersion } = thing;
        const { busy, uses, ageMs, idleMs } = usage;
        return {
          id,
          ...(session && { session }),
          ...(client && { client }),
          ...(pid !== undefined && { pid, ...(await memoryOf(pid)) }),
          protocolVersion,
          busy,
          uses,
          ageMs,
          idleMs,
        };
      });
      return { connections: await Promise.all(all) };
    },
    endConnection: async ({ params: { server, connection } }) => {
      const ended = await gateway.endConnection(used(server), Number(connection));
      if (!ended) throw new McpxError('NOT_FOUND', 'there is no such connection, or not any more.');
      publish('gateway.changed', {
        principal: 'admin',
        what: `ended a connection to server ${quoted(server)}`,
      });
      return { ok: true as const };
    },
  };

  async function memoryOf(pid: number): Promise<{ memoryMb?: number }> {
    const memoryMb = Math.round(await groupMemoryMb(pid));
    return memoryMb > 0 ? { memoryMb } : {};
  }

  async function loginTo(server: string) {
    const login = await gateway.login(used(server), localPrincipal);
    if (login !== undefined) return login;
    throw new McpxError(
      'LOGIN_FAILED',
      `nobody can log in to server ${quoted(server)}: it is given what its settings say.`,
    );
  }

  function unknown(name: string): McpxError {
    const help = `Servers: ${[...gateway.statuses().keys()].slice(0, 50).join(', ')}.`;
    return new McpxError('UNKNOWN_SERVER', `there is no server ${quoted(name)}.`, { help });
  }
}
