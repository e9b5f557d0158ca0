// The manifests against the schemas of Kubernetes and of the Prometheus operator, which come from npm: what values may be
// is checked by their validators, which names there are by their types.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { load, warningsOf } from '../src/config/loading.fixture.ts';

interface Manifest {
  apiVersion: string;
  kind: string;
  // biome-ignore lint/suspicious/noExplicitAny: its shape is what the schemas say
  [member: string]: any;
}

const root = join(import.meta.dirname, '..');
const folder = join(root, 'deploy/kubernetes');
const require = createRequire(import.meta.url);
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const names = readdirSync(folder).filter(name => name.endsWith('.yaml') && name !== 'kustomization.yaml');
const manifests = names.map(name => parse(read(name)) as Manifest);
const of = (kind: string) => manifests.find(manifest => manifest.kind === kind)!;
const hasKubectl = spawnSync('kubectl', ['kustomize', '--help']).status === 0;

test('kustomize takes all of them', () => {
  const { resources, configMapGenerator, images } = parse(read('kustomization.yaml'));
  expect(resources.toSorted()).toEqual(names.toSorted());
  expect(configMapGenerator[0]).toMatchObject({ name: 'mcpx', files: ['mcpx.json'] });
  expect(images[0].name).toBe(of('Deployment')['spec'].template.spec.containers[0].image);
});

test.each(manifests)('$kind has values as Kubernetes wants them', manifest => {
  expect(problems(manifest)).toEqual([]);
});

test('they have no names that Kubernetes does not know', { timeout: 60_000 }, () => {
  expect(complaints(manifests)).toBe('');
  const typo = structuredClone(of('Deployment'));
  typo['spec'].template.spec.containers[0].livenesProbe = {};
  expect(complaints([typo])).toContain('livenesProbe');
});

test('everything selects the pods by the label that they have', () => {
  const label = { 'app.kubernetes.io/name': 'mcpx' };
  expect(of('Deployment')['spec'].template.metadata.labels).toEqual(label);
  expect(of('Service')['spec'].selector).toEqual(label);
  expect(of('Service')['metadata'].labels).toEqual(label);
  const selectors = ['Deployment', 'PodDisruptionBudget', 'ServiceMonitor'].map(
    kind => of(kind)['spec'].selector,
  );
  for (const selector of [...selectors, of('NetworkPolicy')['spec'].podSelector])
    expect(selector).toEqual({ matchLabels: label });
});

test('the configuration loads', async () => {
  const text = read('mcpx.json').replaceAll('/secrets/', ''); // they are beside the file here
  expect(warningsOf(await load(text, {}, { team: 'a', prometheus: 'b' }))).toBe('');
});

test.runIf(hasKubectl)('kubectl makes the same of them, and a ConfigMap', () => {
  const text = execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  const made = parseAllDocuments(text).map(document => document.toJS() as Manifest);
  expect(made.map(({ kind }) => kind).toSorted()).toEqual(
    ['ConfigMap', ...manifests.map(({ kind }) => kind)].toSorted(),
  );
  expect(made.flatMap(problems)).toEqual([]);
});

/** Where the model of a kind is, as a module. */
function moduleOf({ apiVersion, kind }: Manifest): string {
  const group = apiVersion.replace(/^monitoring\.coreos\.com/, '@kubernetes-models/prometheus-operator/$&');
  return group === apiVersion ? `kubernetes-models/${apiVersion}/${kind}` : `${group}/${kind}`;
}

function problems(manifest: Manifest): string[] {
  const Model = require(moduleOf(manifest))[manifest.kind];
  try {
    new Model(manifest).validate();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** What the compiler says of manifests that are written as literals of their types. */
function complaints(given: Manifest[]): string {
  const place = mkdtempSync(join(root, 'node_modules/.mcpx-manifests-'));
  const lines = given.map((manifest, i) => {
    const { kind } = manifest;
    return `import type { I${kind} as T${i} } from '${moduleOf(manifest)}';\nexport const m${i}: T${i} = ${JSON.stringify(manifest)};`;
  });
  writeFileSync(join(place, 'manifests.ts'), lines.join('\n'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--ignoreConfig'];
  const { stdout } = spawnSync(process.execPath, [tsc, ...options, join(place, 'manifests.ts')], {
    encoding: 'utf8',
  });
  rmSync(place, { recursive: true });
  return stdout;
}
