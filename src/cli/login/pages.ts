import type { Gateway } from '../../gateway.ts';
import { type Loopback, listenOnLoopback } from '../../server/login/loopback.ts';
import { LoginSite } from '../../server/login/site.ts';
import { localPrincipal } from '../../types.ts';

let serving: Promise<{ site: LoginSite; loopback: Loopback }> | undefined;

/** The address of a page to log in to `server`, for a gateway that has no address of its own; served until the process ends. */
export async function loginPage(gateway: Gateway, server: string): Promise<string> {
  serving ??= serve(gateway);
  return (await serving).site.link(server);
}

async function serve(gateway: Gateway) {
  const site = new LoginSite({
    gateway,
    base: () => loopback.base,
    principalOf: () => localPrincipal,
    needsKey: () => false,
  });
  const loopback = await listenOnLoopback(undefined, (request, response) => site.answer(request, response));
  return { site, loopback };
}
