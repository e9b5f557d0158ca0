import { Relayed } from '../server/relayed.ts';
import { Peeks } from '../server/tools/peek.ts';
import { resources } from '../server/tools/resources.ts';
import type { Given } from './command.ts';
import { withGateway } from './session.ts';
import { configuration, printWarnings } from './setup.ts';
import { show } from './show.ts';

/** `mcpx read [SERVER] [URI]` */
export async function run(given: Given): Promise<number> {
  const config = await configuration(given);
  printWarnings(config);
  const [first, second] = given.words;
  const isServer = config.servers.some(({ name }) => name === first);
  const server = isServer || second !== undefined ? first : undefined;
  const uri = server === undefined ? first : second;
  const result = await withGateway(config, isServer ? first : undefined, (gateway, context) =>
    resources(gateway, { server, uri }, context, {
      peeks: new Peeks(),
      exposed: new Relayed(gateway, gateway),
    }),
  );
  return show(result, given.values['json'] === true);
}
