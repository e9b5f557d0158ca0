// Bundles src/ into dist/: one file for each entry and lazily loaded part, dependencies included, since loading one
// file is several times quicker than loading the hundreds that they come in.

import { existsSync } from 'node:fs';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';
import { build as buildPage } from 'vite';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** The SDK's default schema validator is a copy of ajv that we never use: results are relayed, arguments have our own. */
const withoutSdkValidator = {
  name: 'without-sdk-validator',
  setup(builder) {
    builder.onResolve({ filter: /^@modelcontextprotocol\/(client|server)\/_shims$/ }, () => ({
      path: join(root, 'scripts/sdk-shims.mjs'),
    }));
  },
};

/** prom-client asks OpenTelemetry only for metrics of the process, which we have of our own. */
const withoutOtelInProm = {
  name: 'without-otel-in-prom-client',
  setup(builder) {
    builder.onResolve({ filter: /^@opentelemetry\/api$/ }, ({ importer }) =>
      importer.includes('prom-client') ? { path: 'nothing', namespace: 'nothing' } : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: '' }));
  },
};

await rm(join(root, 'dist'), { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: {
    index: 'src/index.ts',
    'cli/main': 'src/cli/main.ts',
    'history-worker': 'src/telemetry/history/worker.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  minifyWhitespace: true,
  minifyIdentifiers: true, // not the syntax: coverage finds every branch of the source again
  sourcemap: process.argv.includes('--maps') ? 'external' : false,
  external: ['@napi-rs/keyring', 'libsql', '@opentelemetry/*'], // native, or heavy: optional, and found at run time
  metafile: true,
  legalComments: 'none', // all licences are collected below
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  plugins: [withoutSdkValidator, withoutOtelInProm],
  logLevel: 'warning',
});
const page = await buildPage({ configFile: join(root, 'ui/vite.config.ts'), logLevel: 'warn' });
await writeFile(join(root, 'dist/modules.json'), JSON.stringify(packagesOf(metafile.outputs), null, 2));
for (const name of ['index', 'embedded', 'configuration'])
  await writeFile(join(root, `dist/${name}.d.ts`), await declarations(name));
await chmod(join(root, 'dist/cli/main.js'), 0o755);
await writeFile(
  join(root, 'dist/THIRD-PARTY-LICENSES.txt'),
  await licences([...Object.keys(metafile.inputs), ...modulesOf(page)]),
);

/** Which packages each file of dist/ holds; a test compares them with what the first list may load. */
function packagesOf(outputs) {
  const name = path => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? 'mcpx';
  return Object.fromEntries(
    Object.entries(outputs).map(([file, { inputs }]) => [
      file,
      [...new Set(Object.keys(inputs).map(name))].sort(),
    ]),
  );
}

/** The files that the web page is made of. */
function modulesOf({ output }) {
  const files = output.flatMap(({ moduleIds = [] }) => moduleIds);
  return files.map(file => relative(root, file.replace(/^\0+/, '').replace(/\?.*$/, '')));
}

/** What a program that imports us is told of `src/NAME.ts`. */
async function declarations(name) {
  const source = await readFile(join(root, `src/${name}.ts`), 'utf8');
  const { outputText } = ts.transpileDeclaration(source, { fileName: `${name}.ts` });
  return outputText.replaceAll(".ts';", ".js';");
}

/** The licence texts of every package that is in the bundle. */
async function licences(inputs) {
  const packages = new Set(
    inputs.map(path => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean),
  );
  const parts = [];
  for (const folder of [...packages].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE'].find(f =>
      existsSync(join(root, folder, f)),
    );
    const text = file ? await readFile(join(root, folder, file), 'utf8') : '';
    parts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  return parts.join(`\n${'-'.repeat(100)}\n\n`);
}
