import { spawn } from 'node:child_process';
import { expect } from 'vitest';
import { main } from './gateway.ts';
import type { Place } from './place.ts';

/** Runs `mcpx` on a terminal and types `keys`, each after the text that is waited for. */
export async function onTerminal(
  place: Place,
  args: string[],
  keys: [waitFor: string, typed: string][] = [],
) {
  const command = [process.execPath, main, ...args].map(word => `'${word}'`).join(' ');
  const sized = `stty cols 120 rows 40; exec ${command}`;
  const child = spawn('script', ['-qec', sized, '/dev/null'], {
    env: place.env({ TERM: 'xterm' }),
    cwd: place.folder,
  });
  let shown = '';
  let unseen = '';
  const [...left] = keys;
  child.stdout.on('data', chunk => {
    shown += String(chunk);
    unseen += String(chunk);
    if (left[0] === undefined || !unseen.includes(left[0][0])) return;
    unseen = '';
    child.stdin.write(left.shift()![1]);
  });
  const code = await new Promise(done => child.on('close', done));
  expect(left).toEqual([]);
  return { code, shown };
}
