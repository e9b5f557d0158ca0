import { candidates, type Found, type Named, resolve } from '../../catalog/names.ts';
import { McpxError } from '../../errors.ts';
import { type CallContext, localPrincipal } from '../../types.ts';
import type { View } from '../../view.ts';
import { downOr } from './down.ts';
import { waitForListings } from './waiting.ts';

/** The tool that is meant; waits only when nobody knows it yet. Throws with what would have been right. */
export function findTool(gateway: View, named: Named, context: CallContext): Found | Promise<Found> {
  return quickly(gateway, named) ?? patiently(gateway, named, context);
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
async function patiently(gateway: View, named: Named, context: CallContext): Promise<Found> {
  try {
    return resolve(gateway.snapshot, named);
  } catch (thrown) {
    if (!(thrown instanceof McpxError) || thrown.code !== 'UNKNOWN_TOOL') throw thrown;
  }
  const [meant] = candidates(gateway.snapshot, named);
  const addressed = meant !== undefined && (named.server !== undefined || meant.tool !== named.tool);
  if (addressed && !gateway.snapshot.servers.get(meant.server)?.fresh) {
    const { server } = meant;
    const waitMs = gateway.configOf(server)?.connectTimeoutMs ?? 0;
    await gateway.listed(server, waitMs);
    const isListed = () => gateway.snapshot.servers.get(server)?.listing !== undefined;
    if (!isListed() && (await isUnlocked(gateway, server, context))) await gateway.listed(server, waitMs);
    if (!isListed())
      return downOr(gateway, server, new McpxError('UPSTREAM_UNAVAILABLE', 'it has not listed its tools'));
  }
  const unlisted = addressed ? [] : await waitForListings(gateway);
  return resolve(gateway.snapshot, named, unlisted);
}

/** Whether a server that cannot list for want of a login, the gateway's own, has got one from the person at the client. */
async function isUnlocked(gateway: View, server: string, context: CallContext): Promise<boolean> {
  const status = gateway.statuses().get(server);
  if (status?.state !== 'needs_auth') return false;
  const locked = new McpxError('UPSTREAM_NEEDS_AUTH', status.reason ?? 'it asks for a login', {
    help: status.help,
  });
  try {
    if (context.principal !== localPrincipal) throw locked;
    await gateway.signIn(locked, server, context);
    return true;
  } catch (thrown) {
    return downOr(gateway, server, thrown);
  }
}
