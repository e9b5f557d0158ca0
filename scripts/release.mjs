// npm run release: publishes what is not published yet; a workflow runs it after the tests have passed.
import { run, tool } from './prepare.mjs';

const { GITHUB_REPOSITORY: repository } = process.env;
const done =
  // npm takes a provenance only where the package names the repository that it was built in.
  (!repository ||
    run('npm', [
      'pkg',
      'set',
      'repository.type=git',
      `repository.url=git+https://github.com/${repository}.git`,
    ])) &&
  run(process.execPath, ['scripts/build.mjs']) &&
  run(tool('changeset'), ['publish']);
process.exitCode = done ? 0 : 1;
