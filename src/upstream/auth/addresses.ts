import { BlockList, isIPv6 } from 'node:net';

/** From where an address can be reached; `special` is for no ordinary use: link-local, multicast, reserved, embedding another. */
export type Reach = 'public' | 'private' | 'loopback' | 'special';

const lists: [Reach, BlockList][] = [
  ['loopback', listOf(['127.0.0.0/8', '::1/128'])],
  ['private', listOf(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'])],
  [
    'special',
    listOf([
      ...['0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15'],
      ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
      ...['::/128', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16'],
      ...['fe80::/10', 'fec0::/10', 'ff00::/8'],
    ]),
  ],
];

/** Of an IP address as text. An IPv4 address in IPv6 (`::ffff:127.0.0.1`) is what it holds. */
export function reachOf(ip: string): Reach {
  const family = isIPv6(ip) ? 'ipv6' : 'ipv4';
  return lists.find(([, list]) => list.check(ip, family))?.[0] ?? 'public';
}

function listOf(networks: string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}
