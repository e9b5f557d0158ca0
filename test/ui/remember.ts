/** `remember.ts FILE COUNT` makes a history of so many calls of the last day. */
import Sqlite from 'libsql';
import { Database } from '../../src/telemetry/history/database.ts';
import { callRecord } from '../../src/telemetry/history/record.fixture.ts';
import { idAt, rowOf } from '../../src/telemetry/history/record.ts';

const [path = '', count = '0'] = process.argv.slice(2);
const atATime = 5_000;
const dayMs = 86_000_000;
const database = new Database(Sqlite, { path, maxBytes: 1024 ** 3, maxAgeMs: 1024 ** 3 });
const first = Date.now() - dayMs - 60_000;

for (let at = 0; at < Number(count); at += atATime)
  database.add(Array.from({ length: atATime }, (_, index) => rowOf(call(at + index))));

function call(number: number) {
  return callRecord({
    id: idAt(first + (number * dayMs) / Number(count)),
    server: 'many',
    tool: `tool_${number % 300}`,
    client: `client ${number % 7}`,
    ms: 1 + (number % 97),
    outcome: number % 50 === 0 ? 'tool_error' : 'ok',
  });
}
