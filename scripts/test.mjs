// npm test: everything. Prints last how many tests passed and failed; a failed check, a leak, or too little coverage
// counts as a failed test.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, install, installChromium, run, tool } from './prepare.mjs';

install();
install('test/node22');
install('test/node24');
install('test/servers');
installChromium();
const folder = mkdtempSync(join(tmpdir(), 'mcpx-test-'));
const report = join(folder, 'report.json');
const processes = join(folder, 'processes');
mkdirSync(processes);
const checked = run(process.execPath, ['scripts/check.mjs']);
build({ maps: true });
const tested = run(
  tool('vitest'),
  [
    'run',
    '--coverage',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { env: { ...process.env, MCPX_COVERAGE: processes } },
);
const { passed, failed } = totals();
const isWhole = process.argv.length === 2;
const { covered } = await import('./coverage.mjs'); // needs what has just been installed
const isCovered = await covered(processes);
rmSync(folder, { recursive: true });
const others = [checked, ...(isWhole ? [isCovered] : []), ...soaked()];
const good = others.filter(Boolean).length;
console.log(`${passed + good} passed, ${failed + others.length - good} failed`);
process.exitCode = tested && failed === 0 && good === others.length ? 0 : 1;

/** Two minutes of clients that come and go, where everything is tested and /proc can tell what stays behind. */
function soaked() {
  if (!isWhole || process.platform !== 'linux') return [];
  return [run(tool('tsx'), ['bench/main.ts', 'soak', '2'])];
}

function totals() {
  try {
    const { numPassedTests, numTotalTests, success } = JSON.parse(readFileSync(report, 'utf8'));
    const missing = numTotalTests - numPassedTests;
    return { passed: numPassedTests, failed: success ? missing : Math.max(missing, 1) };
  } catch {
    return { passed: 0, failed: 1 }; // it did not get as far as a report
  }
}
