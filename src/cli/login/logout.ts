import { writeDown } from '../audit.ts';
import type { Given } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { print } from '../print.ts';
import { configuration, gatewayFrom, printWarnings } from '../setup.ts';
import { subjectOf } from './subject.ts';

/** `mcpx logout SERVER`: forgets a login here, and at the authorization server where that can be told. */
export async function run(given: Given): Promise<number> {
  const config = await configuration(given);
  printWarnings(config);
  const { server, principal } = subjectOf(config, given, 'logout');
  const gateway = await gatewayFrom({ ...config, servers: [server] });
  try {
    const login = (await gateway.login(server.name, principal))!;
    const { forgotten, revoked } = await login.end();
    if (forgotten)
      await writeDown(config.file, {
        principal,
        what: `logged out of server ${JSON.stringify(server.name)}`,
      });
    if (!forgotten) print(`nobody was logged in to server "${server.name}".`);
    else {
      const there = revoked
        ? 'and the authorization server too'
        : 'the authorization server could not be told';
      print(`the login to server "${server.name}" is forgotten here, ${there}.`);
    }
    return exitCodes.ok;
  } finally {
    await gateway.close(500);
  }
}
