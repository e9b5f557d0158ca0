// npm test: everything. Prints last how many tests passed and failed; a failed check, or a leak, counts as a failed test.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
const checked = run(process.execPath, ['scripts/check.mjs']);
build();
const tested = run(tool('vitest'), [
  'run',
  '--coverage',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
const { passed, failed } = totals();
rmSync(folder, { recursive: true });
const others = [checked, ...soaked()];
const good = others.filter(Boolean).length;
console.log(`${passed + good} passed, ${failed + others.length - good} failed`);
process.exitCode = tested && failed === 0 && good === others.length ? 0 : 1;

/** Two minutes of clients that come and go, where everything is tested and /proc can tell what stays behind. */
function soaked() {
  if (process.argv.length > 2 || process.platform !== 'linux') return [];
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
