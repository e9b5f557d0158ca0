// npm run check: lint and format, types, import rules, dead code, generated files.
import { install, run, tool } from './prepare.mjs';

install();
const checks = [
  ['lint and format', tool('biome'), ['ci', '--colors=off', '.']],
  ['types', tool('tsc'), ['-p', '.']],
  ['types of the page', tool('tsc'), ['-p', 'ui']],
  [
    'import rules',
    tool('depcruise'),
    ['--config', 'scripts/import-rules.cjs', '--output-type', 'err', 'src'],
  ],
  ['dead code', tool('knip'), []],
  ['generated files', tool('tsx'), ['scripts/generate.ts', '--check']],
];
const failed = checks.filter(([name, command, args]) => {
  console.log(`check: ${name}`);
  return !run(command, args);
});
for (const [name] of failed) console.error(`check failed: ${name}`);
process.exitCode = failed.length === 0 ? 0 : 1;
