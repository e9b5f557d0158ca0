/** Addresses that say which server a resource is of, for resources that two servers have. */
const start = 'mcpx://at/';

/** `address` of a resource or template of `server`, as nobody else has it. */
export function addressed(server: string, address: string): string {
  return `${start}${encodeURIComponent(server)}/${address}`;
}

/** The server and its own address that `address` was made of; undefined when it was not made here. */
export function readAddressed(address: string): { server: string; uri: string } | undefined {
  if (!address.startsWith(start)) return undefined;
  const slash = address.indexOf('/', start.length);
  if (slash === -1) return undefined;
  try {
    return { server: decodeURIComponent(address.slice(start.length, slash)), uri: address.slice(slash + 1) };
  } catch {
    return undefined; // an escape that is none
  }
}
