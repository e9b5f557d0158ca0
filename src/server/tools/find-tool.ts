import { candidates, type Found, type Named, resolve } from '../../catalog/names.ts';
import { McpxError } from '../../errors.ts';
import type { View } from '../../view.ts';
import { downOr } from './down.ts';
import { waitForListings } from './waiting.ts';

/** The tool that is meant; waits only when nobody knows it yet. Throws with what would have been right. */
export function findTool(gateway: View, named: Named): Found | Promise<Found> {
  return quickly(gateway, named) ?? patiently(gateway, named);
}

/** The common case without looking at every server: `server.tool`, the longest server name first. */
function quickly(gateway: View, { tool, server }: Named): Found | undefined {
  const { servers } = gateway.snapshot;
  if (server !== undefined) {
    const known = servers.get(server)?.tools.get(tool);
    return known && { server, tool: known };
  }
  for (let dot = tool.lastIndexOf('.'); dot > 0; dot = tool.lastIndexOf('.', dot - 1)) {
    const name = tool.slice(0, dot);
    const known = servers.get(name)?.tools.get(tool.slice(dot + 1));
    if (known !== undefined) return { server: name, tool: known };
  }
  return undefined;
}

/** Waits for those who could decide: for a server that is named its whole connect deadline, for the others two seconds. */
async function patiently(gateway: View, named: Named): Promise<Found> {
  try {
    return resolve(gateway.snapshot, named);
  } catch (thrown) {
    if (!(thrown instanceof McpxError) || thrown.code !== 'UNKNOWN_TOOL') throw thrown;
  }
  const [meant] = candidates(gateway.snapshot, named);
  const addressed = meant !== undefined && (named.server !== undefined || meant.tool !== named.tool);
  if (addressed && !gateway.snapshot.servers.get(meant.server)?.fresh) {
    await gateway.listed(meant.server, gateway.configOf(meant.server)?.connectTimeoutMs ?? 0);
    if (gateway.snapshot.servers.get(meant.server)?.listing === undefined) {
      const isLocked = gateway.statuses().get(meant.server)?.state === 'needs_auth';
      return downOr(
        gateway,
        meant.server,
        new McpxError(
          isLocked ? 'UPSTREAM_NEEDS_AUTH' : 'UPSTREAM_UNAVAILABLE',
          'it has not listed its tools',
        ),
      );
    }
  }
  const unlisted = addressed ? [] : await waitForListings(gateway);
  return resolve(gateway.snapshot, named, unlisted);
}
