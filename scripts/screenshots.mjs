// npm run screenshots: every page of the web page, as pictures in docs/images/. Needs Chromium.
import { build, install, installChromium, run, tool } from './prepare.mjs';

install();
installChromium();
build();
process.exitCode = run(tool('tsx'), ['scripts/screenshots.ts']) ? 0 : 1;
