import { countTools } from '../../catalog/snapshot.ts';
import { self } from '../../version.ts';
import type { access } from '../contract/access.ts';
import { openApi } from '../openapi.ts';
import type { Handlers, Parts } from '../parts.ts';
import { timeOf } from '../shown.ts';

export function accessRoutes({
  access: door,
  gateway,
  front,
  reloads,
  changes,
}: Parts): Handlers<keyof typeof access> {
  const startedAt = Date.now() - performance.now();
  return {
    makeLink: () => {
      const { url, expiresAt } = door.link();
      return { url, expiresAt: timeOf(expiresAt) };
    },
    logOut: (_, { request, response }) => {
      response.setHeader('set-cookie', door.leave(request));
      return { ok: true as const };
    },
    getApi: () => openApi(),
    getStatus: () => {
      const { version, loadedAt, restart, refused } = reloads.report;
      return {
        version: self.version,
        address: front.base,
        startedAt: timeOf(startedAt),
        servers: gateway.statuses().size,
        tools: countTools(gateway.snapshot),
        clients: front.clients.length,
        commands: changes.mayRunCommands,
        configuration: {
          file: gateway.config.file,
          version,
          loadedAt: timeOf(loadedAt),
          restart,
          ...(refused && { refused: { at: timeOf(refused.at), problems: refused.problems } }),
        },
      };
    },
  };
}
