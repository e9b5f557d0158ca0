// How much of src/ the tests have run: what vitest saw in its own processes, and what the gateways that tests started wrote
// about themselves as they ended.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convert } from 'ast-v8-to-istanbul';
import { parseAst } from 'vite';
import { root } from './prepare.mjs';

/** The least share of lines and of branches, in percent. */
const least = 90;
/** So many files are named of which most is missing. */
const named = 12;

/** Prints the shares; whether both are large enough. `folder`: where processes wrote (NODE_V8_COVERAGE). */
export async function covered(folder) {
  const files = JSON.parse(readFileSync(join(root, 'coverage/coverage-final.json'), 'utf8'));
  const elsewhere = await seenInProcesses(folder);
  const counts = Object.values(files).map(file => ({
    path: relative(root, file.path),
    ...linesOf(file, elsewhere),
    ...branchesOf(file, elsewhere),
  }));
  for (const { path, missing } of mostMissing(counts))
    console.log(`  ${path}: not run: ${missing.join(', ')}`);
  const [lines, branches] = ['lines', 'branches'].map(kind => share(counts, kind));
  console.log(
    `coverage: ${lines.toFixed(1)} % of lines, ${branches.toFixed(1)} % of branches; at least ${least} %`,
  );
  return lines >= least && branches >= least;
}

/** The starts of all statements and branch arms of src/ that a process has run, as text. */
async function seenInProcesses(folder) {
  const seen = new Set();
  for (const [path, run] of runInProcesses(folder)) {
    const code = readFileSync(path, 'utf8');
    const sourceMap = JSON.parse(readFileSync(`${path}.map`, 'utf8'));
    const coverage = { url: `file://${path}`, functions: functionsOf(run) };
    const files = await convert({ code, ast: parseAst(code), sourceMap, coverage });
    for (const file of Object.values(files)) {
      for (const [id, hits] of Object.entries(file.s)) if (hits > 0) seen.add(statementKey(file, id));
      for (const [id, arms] of Object.entries(file.b))
        for (const [arm, hits] of arms.entries()) if (hits > 0) seen.add(armKey(file, id, arm));
    }
  }
  return seen;
}

/** For each file of dist/ that was loaded, which of its characters have been run by any process. */
function runInProcesses(folder) {
  const all = new Map();
  for (const name of readdirSync(folder)) {
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    for (const { url, functions } of result) {
      const path = url.startsWith('file:') ? fileURLToPath(url) : '';
      if (!path.startsWith(join(root, 'dist/')) || !existsSync(`${path}.map`)) continue;
      if (!all.has(path)) all.set(path, new Uint8Array(readFileSync(path, 'utf8').length));
      paint(all.get(path), functions);
    }
  }
  return all;
}

/** Marks in `run` what one process has run: of nested ranges the innermost counts. */
function paint(run, functions) {
  const ranges = functions.flatMap(({ ranges }) => ranges);
  ranges.sort((a, b) => b.endOffset - b.startOffset - (a.endOffset - a.startOffset));
  const own = new Uint8Array(run.length);
  for (const { startOffset, endOffset, count } of ranges) own.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  for (let at = 0; at < run.length; at++) run[at] |= own[at];
}

/** The same as V8 would report it. */
function functionsOf(run) {
  const ranges = [];
  for (let start = 0, at = 1; at <= run.length; at++) {
    if (at < run.length && run[at] === run[start]) continue;
    ranges.push({ startOffset: start, endOffset: at, count: run[start] });
    start = at;
  }
  return [{ functionName: '', isBlockCoverage: true, ranges }];
}

function linesOf(file, elsewhere) {
  const hit = new Map();
  for (const [id, { start }] of Object.entries(file.statementMap)) {
    const isRun = file.s[id] > 0 || elsewhere.has(statementKey(file, id));
    hit.set(start.line, (hit.get(start.line) ?? false) || isRun);
  }
  return { lines: [...hit.values()] };
}

function branchesOf(file, elsewhere) {
  const branches = [];
  const missing = [];
  for (const [id, arms] of Object.entries(file.b)) {
    for (const [arm, hits] of arms.entries()) {
      const isRun = hits > 0 || elsewhere.has(armKey(file, id, arm));
      branches.push(isRun);
      if (!isRun) missing.push(file.branchMap[id].loc.start.line);
    }
  }
  return { branches, missing: [...new Set(missing)].sort((a, b) => a - b) };
}

function statementKey({ path, statementMap }, id) {
  const { line, column } = statementMap[id].start;
  return `${path}:${line}:${column}`;
}

function armKey({ path, branchMap }, id, arm) {
  const { type, loc } = branchMap[id];
  return `${path}:${loc.start.line}:${loc.start.column}:${type}:${arm}`;
}

function mostMissing(counts) {
  return counts
    .sort((a, b) => b.missing.length - a.missing.length)
    .slice(0, named)
    .filter(({ missing }) => missing.length > 0);
}

function share(counts, kind) {
  const all = counts.flatMap(file => file[kind]);
  return (all.filter(Boolean).length / all.length) * 100;
}
