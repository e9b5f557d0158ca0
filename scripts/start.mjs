// npm start: installs and builds what is missing, then runs the gateway with the demo servers, or as the arguments say.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, install, root } from './prepare.mjs';

install();
build();
const given = process.argv.slice(2);
const chosen = given.some(argument => argument.startsWith('--config'));
process.argv = [
  process.argv[0],
  join(root, 'dist/cli/main.js'),
  'serve',
  ...(chosen ? [] : ['--config', join(root, 'examples/demo.json')]),
  ...given,
];
await import(pathToFileURL(process.argv[1]).href);
