import { isObject } from '../../json.ts';

/** Fields that the message of a line says already. */
const said: ReadonlySet<string> = new Set([
  ...[
    'time',
    'level',
    'msg',
    'server',
    'tool',
    'outcome',
    'code',
    'ms',
    'principal',
    'stderr',
    'version',
    'config',
  ],
]);

const colours: Record<string, string> = { error: '31', warn: '33', debug: '90' };

/** A line of JSON as a line for people; with colours on a terminal. */
export function pretty(line: string, coloured: boolean): string {
  const fields: unknown = JSON.parse(line);
  if (!isObject(fields)) return line;
  const { time, level, msg } = fields as Record<string, string>;
  const paint = (text: string, colour: string | undefined) =>
    coloured && colour !== undefined ? `\x1b[${colour}m${text}\x1b[0m` : text;
  const label = level === 'info' ? '' : `${level?.toUpperCase()} `;
  const rest = Object.entries(fields)
    .filter(([name]) => !said.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
  const text = `${label}${msg}`.replaceAll('\n', '\n    '); // nobody forges a line of ours
  return `${paint(`${time}`, '90')} ${paint(text, colours[level ?? ''])}${paint(rest, '90')}\n`;
}
