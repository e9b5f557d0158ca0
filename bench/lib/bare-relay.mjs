// The floor: a process between client and server that does nothing but parse, rename the id and the tool, and pass on.
// Usage: bare-relay.mjs COMMAND ARG…
import { spawn } from 'node:child_process';

const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
const pending = new Map();
let nextId = 1;

const toServer = outbox(child.stdin);
const toClient = outbox(process.stdout);

lines(process.stdin, message => {
  if (message.method === 'tools/call')
    message.params = { name: 'echo', arguments: message.params.arguments.arguments };
  if (message.id === undefined) return toServer(message);
  pending.set(nextId, message.id);
  toServer({ ...message, id: nextId++ });
});
lines(child.stdout, message => {
  const id = pending.get(message.id);
  pending.delete(message.id);
  toClient({ ...message, id });
});
process.stdin.on('end', () => child.stdin.end());
child.on('exit', () => process.exit());

function lines(stream, handle) {
  let rest = '';
  stream.setEncoding('utf8').on('data', chunk => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop();
    for (const line of parts) handle(JSON.parse(line));
  });
}

/** One write for all that a turn of the event loop sends. */
function outbox(stream) {
  let text = '';
  return message => {
    if (text === '') {
      process.nextTick(() => {
        stream.write(text);
        text = '';
      });
    }
    text += `${JSON.stringify(message)}\n`;
  };
}
