import { inspect } from '../server/tools/inspect.ts';
import type { Given } from './command.ts';
import { text } from './options.ts';
import { serverOf, withGateway } from './session.ts';
import { configuration, printWarnings } from './setup.ts';
import { show } from './show.ts';

/** `mcpx inspect [SERVER[.TOOL]] [--query TEXT]…` */
export async function run(given: Given): Promise<number> {
  const config = await configuration(given);
  printWarnings(config);
  const [address] = given.words;
  const server = serverOf(config, address);
  const input = {
    query: given.values['query'],
    limit: text(given, 'limit'),
    ...(address === server ? { server } : { tool: address }),
  };
  const result = await withGateway(config, server, (gateway, context) => inspect(gateway, input, context));
  return show(result, given.values['json'] === true);
}
