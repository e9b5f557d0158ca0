// How much of src/ the tests have run: what vitest saw in its own processes, and what the gateways that tests started wrote
// about themselves as they ended.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convert } from 'ast-v8-to-istanbul';
import { parseAst } from 'vite';
import { root } from './prepare.mjs';

/** The least shares, in percent. */
const least = { lines: 90, branches: 90 };
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
  const shares = Object.entries(least).map(([kind, percent]) => ({ kind, percent, is: share(counts, kind) }));
  const told = shares.map(({ kind, percent, is }) => `${is.toFixed(1)} % of ${kind} (at least ${percent} %)`);
  console.log(`coverage: ${told.join(', ')}`);
  return shares.every(({ is, percent }) => is >= percent);
}

/** The starts of all statements and branch arms of src/ that a process has run, as text. */
async function seenInProcesses(folder) {
  const seen = new Set();
  for (const [path, runs] of runsInProcesses(folder)) {
    const code = readFileSync(path, 'utf8');
    const sourceMap = JSON.parse(readFileSync(`${path}.map`, 'utf8'));
    const coverage = { url: `file://${path}`, functions: functionsOf(runs) };
    const files = await convert({ code, ast: parseAst(code), sourceMap, coverage });
    for (const file of Object.values(files)) {
      for (const [id, hits] of Object.entries(file.s)) if (hits > 0) seen.add(statementKey(file, id));
      for (const [id, arms] of Object.entries(file.b))
        for (const [arm, hits] of arms.entries()) if (hits > 0) seen.add(armKey(file, id, arm));
    }
  }
  return seen;
}

/** For each file of dist/ that was loaded, how often each of its characters has been run by all processes. */
function runsInProcesses(folder) {
  const all = new Map();
  for (const name of readdirSync(folder)) {
    for (const { url, functions } of scriptsIn(join(folder, name))) {
      const path = url.startsWith('file:') ? fileURLToPath(url) : '';
      if (!path.startsWith(join(root, 'dist/')) || !existsSync(`${path}.map`)) continue;
      if (!all.has(path)) all.set(path, new Float64Array(readFileSync(path, 'utf8').length));
      add(all.get(path), functions);
    }
  }
  return all;
}

/** What one process has written; nothing where it was killed while it wrote. */
function scriptsIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).result;
  } catch {
    return [];
  }
}

/** Adds to `runs` how often one process has run each character: of nested ranges the innermost counts. */
function add(runs, functions) {
  const ranges = functions.flatMap(({ ranges }) => ranges);
  ranges.sort((a, b) => b.endOffset - b.startOffset - (a.endOffset - a.startOffset));
  const own = new Uint32Array(runs.length);
  for (const { startOffset, endOffset, count } of ranges) own.fill(count, startOffset, endOffset);
  for (let at = 0; at < runs.length; at++) runs[at] += own[at];
}

/** The same as V8 would report it. */
function functionsOf(runs) {
  const ranges = [];
  for (let start = 0, at = 1; at <= runs.length; at++) {
    if (at < runs.length && runs[at] === runs[start]) continue;
    ranges.push({ startOffset: start, endOffset: at, count: runs[start] });
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

/** Two compilers disagree on where an `else if` begins, but no line has two of them. */
function armKey({ path, branchMap }, id, arm) {
  const { type, loc } = branchMap[id];
  const { line, column } = loc.start;
  return `${path}:${line}:${type === 'if' ? '' : column}:${type}:${arm}`;
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
