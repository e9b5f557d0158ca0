// npm test: everything. Prints last how many tests passed and failed; a failed check counts as a failed test.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, install, run, tool } from './prepare.mjs';

install();
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
console.log(`${passed + (checked ? 1 : 0)} passed, ${failed + (checked ? 0 : 1)} failed`);
process.exitCode = checked && tested && failed === 0 ? 0 : 1;

function totals() {
  try {
    const { numPassedTests, numTotalTests, success } = JSON.parse(readFileSync(report, 'utf8'));
    const missing = numTotalTests - numPassedTests;
    return { passed: numPassedTests, failed: success ? missing : Math.max(missing, 1) };
  } catch {
    return { passed: 0, failed: 1 }; // it did not get as far as a report
  }
}
