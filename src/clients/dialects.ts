/** How clients write a server, read as ours. */
import { isObject } from '../json.ts';
import { type Meaning, type Reader, type Reading, translated, withTexts } from './reading.ts';

const seconds = (setting: string) => (value: unknown) =>
  typeof value === 'number' ? { [setting]: Math.round(value * 1000) } : {};
const milliseconds = (setting: string) => (value: unknown) =>
  typeof value === 'number' ? { [setting]: Math.round(value) } : {};
const tools = (setting: string) => (value: unknown) => ({ tools: { [setting]: value } });

/** Keys that most clients share. Who may run what unasked is for the client to say, not for us. */
const shared: Record<string, Meaning> = {
  type: 'type',
  command: 'command',
  args: 'args',
  env: 'env',
  envFile: 'envFile',
  cwd: 'cwd',
  url: 'url',
  serverUrl: 'url',
  httpUrl: 'url',
  headers: 'headers',
  auth: 'auth',
  enabled: 'enabled',
  disabled: value => ({ enabled: value !== true }),
  disabledTools: tools('deny'),
  disabled_tools: tools('deny'),
  alwaysAllow: undefined,
  autoApprove: undefined,
  name: undefined,
  description: undefined,
};

export const usual: Reader = (own, folder) => inFolder(translated(own, shared), folder);

/** What it would ask its user for comes from the environment here. */
export const vscode: Reader = (own, folder) => {
  const reading = translated(own, { ...shared, version: undefined, gallery: undefined, dev: undefined });
  const asked = new Set<string>();
  const entry = withTexts(reading.entry, text =>
    text.replace(/\$\{input:([^}]+)\}/g, (_, id: string) => {
      asked.add(variableName(id));
      return `\${env:${variableName(id)}}`;
    }),
  );
  const note = `${[...asked].join(', ')}: set in the environment of MCPX what VS Code asked for`;
  return inFolder({ entry, notes: [...reading.notes, ...(asked.size > 0 ? [note] : [])] }, folder);
};

/** `command` may be an object; what an extension brings along has none at all. */
export const zed: Reader = (own, folder) => {
  const { command, ...rest } = own;
  const nested = isObject(command) ? { ...command, command: command['path'], path: undefined } : { command };
  const words = { ...shared, source: undefined, timeout: seconds('timeoutMs') };
  return inFolder(translated({ ...rest, ...nested }, words), folder);
};

export const codex: Reader = (own, folder) =>
  inFolder(
    translated(own, {
      ...shared,
      env_vars: value => ({ inheritEnv: Array.isArray(value) ? value.map(nameOfVariable) : value }),
      startup_timeout_sec: seconds('connectTimeoutMs'),
      startup_timeout_ms: milliseconds('connectTimeoutMs'),
      tool_timeout_sec: seconds('timeoutMs'),
      enabled_tools: tools('allow'),
      bearer_token_env_var: value => ({ headers: { Authorization: `Bearer \${env:${String(value)}}` } }),
      http_headers: 'headers',
      env_http_headers: value => ({ headers: isObject(value) ? referring(value) : value }),
      required: undefined,
    }),
    folder,
  );

/** Its `url` is SSE unless `type` says otherwise, and `$NAME` a variable. */
export const gemini: Reader = (own, folder) => {
  const isSse = own['url'] !== undefined && own['httpUrl'] === undefined && own['type'] === undefined;
  const reading = translated(isSse ? { type: 'sse', ...own } : own, {
    ...shared,
    timeout: milliseconds('timeoutMs'),
    includeTools: tools('allow'),
    excludeTools: tools('deny'),
    trust: undefined,
  });
  const entry = withTexts(reading.entry, text => text.replace(/\$([A-Za-z_]\w*)/g, '${env:$1}'));
  return inFolder({ ...reading, entry }, folder);
};

/** Commands of a project run in its folder; that is what `${workspaceFolder}` means there, and where its files are. */
function inFolder({ entry, notes }: Reading, folder: string | undefined): Reading {
  if (folder === undefined) {
    const note = '${workspaceFolder} is the folder of the configuration here';
    return { entry, notes: JSON.stringify(entry).includes('${workspaceFolder}') ? [...notes, note] : notes };
  }
  const settled = withTexts(entry, text => text.replaceAll('${workspaceFolder}', () => folder));
  const { command, cwd, envFile } = settled;
  if (typeof envFile === 'string' && !/^(\$\{|\/|\\|~|\w:)/.test(envFile))
    settled['envFile'] = `${folder}/${envFile}`;
  return { entry: command !== undefined && cwd === undefined ? { ...settled, cwd: folder } : settled, notes };
}

function nameOfVariable(value: unknown): unknown {
  return isObject(value) ? value['name'] : value;
}

function referring(variables: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(variables).map(([header, name]) => [header, `\${env:${String(name)}}`]),
  );
}

/** `text` as the name of an environment variable. */
export function variableName(text: string): string {
  const name = text
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase();
  return /^[A-Z]/.test(name) ? name : `MCP_${name}`;
}
