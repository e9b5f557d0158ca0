// npm run bench -- NAME [PART …]
import { calls } from './calls.ts';
import { context } from './context.ts';
import { isolation } from './isolation.ts';
import { search } from './search.ts';
import { signatures } from './signatures.ts';
import { soak } from './soak.ts';
import { telemetry } from './telemetry.ts';

const benches: Record<string, (parts: string[]) => Promise<void>> = {
  calls,
  context,
  isolation,
  peers: async () => (await import('./peers.ts')).peers(), // needs what only `npm ci` in bench/others installs
  search,
  signatures,
  soak,
  telemetry,
};
const [name = '', ...parts] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined) {
  console.error(`Name a benchmark: ${Object.keys(benches).join(', ')}`);
  process.exitCode = 2;
} else {
  await bench(parts);
}
