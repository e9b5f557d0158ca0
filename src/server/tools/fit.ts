import { checkArguments, type Verdict } from '../../call/arguments.ts';
import type { Found } from '../../catalog/names.ts';
import { address } from '../../compress/address.ts';
import { signature } from '../../compress/signature.ts';
import { McpxError } from '../../errors.ts';
import { plain } from '../../exact.ts';
import type { JsonObject } from '../../types.ts';
import type { View } from '../../view.ts';

/** Throws BAD_ARGUMENTS with what is wrong and the signature. A promise only where something has to be waited for. */
export function mustFit(gateway: View, found: Found, args: JsonObject): Promise<void> | undefined {
  const verdict = checkArguments(found.tool.inputSchema, plain(args));
  if (!(verdict instanceof Promise) && verdict.ok) return undefined;
  return judge(gateway, found, args, verdict);
}

async function judge(
  gateway: View,
  { server, tool }: Found,
  args: JsonObject,
  checking: Verdict | Promise<Verdict>,
): Promise<void> {
  const verdict = await checking;
  if (verdict.ok) return;
  if (gateway.snapshot.servers.get(server)?.fresh === false) {
    // the schema is that of an earlier run: only the server's own word counts against a caller
    await gateway.listed(server, 2_000);
    const now = gateway.snapshot.servers.get(server)?.tools.get(tool.name);
    if (now !== undefined && now !== tool) return mustFit(gateway, { server, tool: now }, args);
  }
  const what = verdict.problems.map(({ path, message }) => `- ${path}: ${message}`).join('\n');
  const message = `the arguments do not fit ${address(server, tool.name)}:\n${what}`;
  throw new McpxError('BAD_ARGUMENTS', message, { help: `Signature: ${signature(server, tool)}` });
}
