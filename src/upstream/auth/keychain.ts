import { within } from '../../within.ts';

/** Under which the system keychain has our key. */
const service = 'mcpx';
const account = 'logins';

/** A keychain may ask its user to unlock it; nobody waits longer than this, in milliseconds. */
const patienceMs = 5_000;

/** The secret in the system keychain, made by `create` where there is none; undefined where no keychain can be used. */
export async function keychainSecret(create: () => Buffer): Promise<Buffer | undefined> {
  const abort = new AbortController();
  const asked = ask(create, abort.signal);
  asked.catch(() => {}); // no keychain, a locked one, or no way to speak to it
  if (await within(patienceMs, asked)) return asked.catch(() => undefined);
  abort.abort();
  return undefined;
}

async function ask(create: () => Buffer, signal: AbortSignal): Promise<Buffer> {
  const { AsyncEntry } = await import('@napi-rs/keyring'); // optional: absent where no build of it runs
  // The kernel's keyring, which it would take else, forgets with the next start of the machine.
  const entry = new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
  const known = await entry.getSecret(signal);
  if (known !== null) return Buffer.from(known);
  const secret = create();
  await entry.setSecret(secret, signal);
  return secret;
}
