import { expect, test } from 'vitest';
import { reachOf } from './addresses.ts';

test.for([
  ['8.8.8.8', 'public'],
  ['2606:4700::1111', 'public'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:7f00:1', 'loopback'],
  ['10.1.2.3', 'private'],
  ['172.31.0.1', 'private'],
  ['172.32.0.1', 'public'],
  ['192.168.0.1', 'private'],
  ['100.64.0.1', 'private'],
  ['fd00::1', 'private'],
  ['::ffff:192.168.1.1', 'private'],
  ['169.254.169.254', 'special'],
  ['::ffff:169.254.169.254', 'special'],
  ['::ffff:a9fe:a9fe', 'special'],
  ['64:ff9b::a9fe:a9fe', 'special'],
  ['2002:7f00:1::', 'special'],
  ['0.0.0.0', 'special'],
  ['::', 'special'],
  ['fe80::1', 'special'],
  ['224.0.0.1', 'special'],
  ['255.255.255.255', 'special'],
])('%s is %s', ([ip, reach]) => {
  expect(reachOf(ip!)).toBe(reach);
});
