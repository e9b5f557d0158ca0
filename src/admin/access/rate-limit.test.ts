import { expect, test } from 'vitest';
import { RateLimit } from './rate-limit.ts';
import { Tickets } from './tickets.ts';

test('so many at once, then evenly, for each key', () => {
  let now = 0;
  const limit = new RateLimit(3, 3_000, () => now);
  const taken = () => [1, 2, 3, 4].map(() => limit.take('a'));
  expect(taken()).toEqual([true, true, true, false]);
  expect(limit.allows('a')).toBe(false);
  expect(limit.take('b')).toBe(true);
  now = 1_000;
  expect([limit.take('a'), limit.take('a')]).toEqual([true, false]);
  now = 1_000_000;
  expect(taken()).toEqual([true, true, true, false]);
});

test('of very many keys the one counted longest ago is forgotten', () => {
  const limit = new RateLimit(1, 1_000, () => 0);
  limit.take('first');
  for (let number = 0; number < 999; number++) limit.take(`key ${number}`);
  expect(limit.take('first')).toBe(false); // and counted last now
  limit.take('one more');
  expect([limit.allows('key 0'), limit.allows('first')]).toEqual([true, false]);
});

test('a ticket is good for its time, once where it is spent, and only so many are', () => {
  let now = 0;
  const tickets = new Tickets({ goodMs: 1_000, most: 2, now: () => now });
  const { ticket, expiresAt } = tickets.give();
  expect([expiresAt, tickets.isGood(ticket), tickets.isGood(''), tickets.isGood(`${ticket}x`)]).toEqual([
    1_000,
    true,
    false,
    false,
  ]);
  now = 999;
  expect([tickets.spend(ticket), tickets.spend(ticket), tickets.isGood(ticket)]).toEqual([
    true,
    false,
    false,
  ]);
  const old = tickets.give().ticket;
  now = 1_999;
  expect(tickets.spend(old)).toBe(false);
  const [one, two, three] = [1, 2, 3].map(() => tickets.give().ticket) as [string, string, string];
  expect([one, two, three].map(each => tickets.isGood(each))).toEqual([false, true, true]);
});
