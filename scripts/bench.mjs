// npm run bench -- NAME …: measured comparisons, see bench/.
import { build, install, run, tool } from './prepare.mjs';

install();
build();
process.exitCode = run(tool('tsx'), ['bench/main.ts', ...process.argv.slice(2)]) ? 0 : 1;
