// npm run test:long [-- room…]: whether tests notice when the code changes. Stryker changes it in one place at a time and runs
// the tests that run that place. Prints which changes nothing noticed, and for each room how many were noticed.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { install, root, run, tool } from './prepare.mjs';

const rooms = ['pool', 'compress', 'search', 'config'];
/** The least share of changes that tests must notice, in percent. */
const least = 75;

const asked = process.argv.length > 2 ? process.argv.slice(2) : rooms;
const unknown = asked.filter(room => !rooms.includes(room));
if (unknown.length > 0) {
  console.error(`No such room: ${unknown.join(', ')}. Expected: ${rooms.join(', ')}.`);
  process.exit(2);
}
install();
const report = join(root, '.mutation/report.json');
rmSync(report, { force: true });
const code = asked.map(room => `src/${room}/**/*.ts`);
const mutate = [...code, '!src/**/*.test.ts', '!src/**/*.fixture.ts'].join(',');
run(tool('stryker'), ['run', 'scripts/mutation.mjs', '--mutate', mutate]);
if (!existsSync(report)) process.exit(1); // Stryker has said why

const { files } = JSON.parse(readFileSync(report, 'utf8'));
const mutants = Object.entries(files).flatMap(([file, { mutants }]) =>
  mutants.map(one => ({ file, ...one })),
);
for (const { file, location, replacement, status } of mutants.filter(isUnnoticed)) {
  const { line, column } = location.start;
  console.log(`${file}:${line}:${column}: ${status}: ${oneLine(replacement)}`);
}
const scores = asked.map(room => ({ room, ...scoreOf(room) }));
for (const { room, noticed, all, score } of scores)
  console.log(`${room}: ${noticed} of ${all} changes noticed, ${score.toFixed(1)} % (at least ${least} %)`);
process.exitCode = scores.every(({ score }) => score >= least) ? 0 : 1;

function scoreOf(room) {
  const here = mutants.filter(({ file }) => file.startsWith(`src/${room}/`));
  const noticed = here.filter(isNoticed).length;
  const all = noticed + here.filter(isUnnoticed).length;
  return { noticed, all, score: (noticed / all) * 100 };
}

function isNoticed({ status }) {
  return status === 'Killed' || status === 'Timeout';
}

function isUnnoticed({ status }) {
  return status === 'Survived' || status === 'NoCoverage';
}

function oneLine(text) {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}
