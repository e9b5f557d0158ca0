import { McpxError } from '../errors.ts';
import { exec } from '../server/tools/exec.ts';
import type { Given } from './command.ts';
import { text } from './options.ts';
import { serverOf, withGateway } from './session.ts';
import { configuration, printWarnings } from './setup.ts';
import { show } from './show.ts';

/** `mcpx exec SERVER.TOOL [JSON]` */
export async function run(given: Given): Promise<number> {
  const [tool, args] = given.words;
  if (tool === undefined) {
    throw new McpxError('USAGE', 'exec needs the name of a tool.', {
      help: 'Such as: mcpx exec files.read_text_file \'{"path":"README.md"}\'',
    });
  }
  const config = await configuration(given);
  printWarnings(config);
  const input = { tool, arguments: args, select: text(given, 'select') };
  const result = await withGateway(config, serverOf(config, tool), (gateway, context) =>
    exec(gateway, input, context),
  );
  return show(result, given.values['json'] === true);
}
