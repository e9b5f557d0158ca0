// The stream of events: what it tells, and how it goes on after a break.
import { once } from 'node:events';
import { request } from 'node:http';
import { createParser } from 'eventsource-parser';
import { expect } from 'vitest';
import { events } from '../../src/admin/contract/events.ts';
import { administered, token } from './admin.ts';
import { fixture, type Gateway, type Place, test } from './harness.ts';

const memo = fixture('stateful');

interface Told {
  id: string;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever JSON there is
  data: any;
}

/** An open stream; `until` waits for an event that is as wanted. */
async function listen(place: Place, { port }: Gateway, last?: string) {
  const told: Told[] = [];
  const waiting = new Set<() => void>();
  const headers = { authorization: `Bearer ${token}`, ...(last && { 'last-event-id': last }) };
  const asked = request({ host: '127.0.0.1', port, path: '/api/events', agent: false, headers }).end();
  const [response] = await once(asked, 'response');
  expect(response.headers['content-type']).toBe('text/event-stream');
  const parser = createParser({
    onEvent: ({ id = '', event = '', data }) => {
      told.push({ id, event, data: JSON.parse(data) });
      for (const wake of waiting) wake();
    },
  });
  response.setEncoding('utf8').on('data', (text: string) => parser.feed(text));
  response.on('error', () => {}); // it is broken off at the end
  const end = async () => void asked.destroy();
  place.onClose(end);
  const until = async (wanted: (event: Told) => boolean): Promise<Told> => {
    for (;;) {
      const found = told.find(wanted);
      if (found !== undefined) return found;
      await new Promise<void>(resolve => waiting.add(resolve));
    }
  };
  return { told, until, end };
}

const is = (kind: string, part: object) => (told: Told) =>
  told.event === kind && Object.entries(part).every(([key, value]) => told.data[key] === value);

test('what happens is told as it happens, in the shape of the contract, without secrets', async ({
  place,
}) => {
  const secret = { ...memo, env: { TOKEN: 'sk-CANARY-env-1' } };
  const { gateway, api } = await administered(place, { memo: secret });
  const { told, until } = await listen(place, gateway);
  const client = await place.http('v1', gateway.url);
  await client.text('memo.get');
  await until(is('session', { open: true }));
  await until(is('call', { server: 'memo', tool: 'get', outcome: 'ok' }));
  await api('POST', '/api/servers/memo/tools/get/disable');
  await until(is('changed', { principal: 'admin', what: 'disabled tool "memo.get"' }));
  await until(is('reloaded', { cause: 'request' }));
  await api('POST', '/api/servers/memo/disable');
  await until(is('process', { running: false }));
  await client.close();
  for (const { event, data } of told) {
    const schema = events[event as keyof typeof events];
    expect([event, schema?.safeParse(data).success]).toEqual([event, true]);
  }
  expect(JSON.stringify(told)).not.toContain('CANARY');
});

test('a stream goes on where it broke off; too long ago, or of an earlier gateway, it begins with reset', async ({
  place,
}) => {
  const { gateway, api } = await administered(place, { memo });
  const tools = ['get', 'set'];
  const change = (tool: string) => api('POST', `/api/servers/memo/tools/${tool}/disable`);
  const first = await listen(place, gateway);
  await change(tools[0]!);
  const { id } = await first.until(is('changed', { what: 'disabled tool "memo.get"' }));
  await first.end();
  await change(tools[1]!);
  const second = await listen(place, gateway, id);
  await second.until(is('changed', { what: 'disabled tool "memo.set"' }));
  const names = second.told.filter(({ event }) => event === 'changed').map(({ data }) => data.what);
  expect(names).toEqual(['disabled tool "memo.set"']);

  for (const unknown of [
    '00000000-1',
    `${id.split('-')[0]}-999999`,
    'nonsense',
    id.replace(/-\d+$/, '--1'),
  ]) {
    const late = await listen(place, gateway, unknown);
    await late.until(({ event }) => event === 'reset');
    expect(late.told[0]!.event).toBe('reset');
    await late.end();
  }
});

test('there are only so many streams', async ({ place }) => {
  const { gateway, api } = await administered(place, { memo });
  const open = await Promise.all(Array.from({ length: 32 }, () => listen(place, gateway)));
  expect(await api('GET', '/api/events')).toMatchObject({ status: 429 });
  await Promise.all(open.map(({ end }) => end()));
  await expect
    .poll(async () => {
      const again = await listen(place, gateway).catch(() => undefined);
      await again?.end();
      return again !== undefined;
    })
    .toBe(true);
});
