import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';

/** What is typed where a command asks something on the way. */
const answers: [asked: string, typed: string][] = [
  ['Which servers should MCPX take over?', '\r'],
  ['Switch it on now?', 'y'],
  ['Which client is to use MCPX?', '\r'],
  ['Do this?', 'y'],
];

/** Not always the last that is shown: what runs in the background goes on speaking. */
const prompt = /\[exit (\d+)\] /;

/** How a command ended, and all that it showed. */
export interface Shown {
  code: number;
  text: string;
}

/** A shell on a terminal, into which commands are typed one after the other. */
export class Shell {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #more = new EventEmitter();
  #text = '';
  #left: typeof answers = [];
  #isBackground = false;

  constructor(env: Record<string, string>, cwd: string) {
    const sized = `stty -echo cols 200 rows 50; PS1='[exit $?] ' ENV= exec sh -i`;
    this.#child = spawn('script', ['-qec', sized, '/dev/null'], { env: { ...env, TERM: 'xterm' }, cwd });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    this.#child.once('close', () => this.#more.emit('more'));
  }

  /** Types a command, answers what it asks, and waits for its end. */
  async run(command: string): Promise<Shown> {
    await this.#prompted();
    await this.begin(command);
    return this.ended();
  }

  /** Types a command that goes on. */
  async begin(command: string): Promise<void> {
    await this.#prompted();
    this.#text = '';
    this.#left = [...answers];
    this.#isBackground = command.endsWith('&');
    this.#child.stdin.write(`${command}\n`);
  }

  /** Waits until the command has shown something; rejects when it ends without that. */
  async shows(wanted: RegExp): Promise<RegExpExecArray> {
    await this.#until(() => wanted.test(this.#plain) || (this.#isPrompted && !this.#isBackground));
    const found = wanted.exec(this.#plain);
    if (found === null) throw new Error(`it never showed ${wanted}: ${this.#text}`);
    return found;
  }

  /** Presses Ctrl-C. */
  interrupt(): void {
    this.#child.stdin.write('\u0003');
  }

  /** Waits for the command to end. */
  async ended(): Promise<Shown> {
    await this.#prompted();
    const [, code] = prompt.exec(this.#text)!;
    return { code: Number(code), text: this.#plain.replace(prompt, '') };
  }

  /** Leaves the shell; what runs in its background goes on. */
  async close(): Promise<void> {
    if (this.#hasEnded) return;
    const closed = once(this.#child, 'close');
    if (this.#isPrompted) this.#child.stdin.write('exit\n');
    else this.#child.kill('SIGKILL');
    await closed;
  }

  /** What was shown, without colours. */
  get #plain(): string {
    return stripVTControlCharacters(this.#text).replaceAll('\r\n', '\n');
  }

  get #isPrompted(): boolean {
    return prompt.test(this.#text);
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #prompted(): Promise<void> {
    return this.#until(() => this.#isPrompted);
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.#hasEnded) throw new Error(`the shell has ended: ${this.#text}`);
      await once(this.#more, 'more');
    }
  }

  #hear(text: string): void {
    this.#text += text;
    const next = this.#left.find(([asked]) => this.#text.includes(asked));
    if (next !== undefined) {
      this.#left = this.#left.filter(answer => answer !== next);
      this.#child.stdin.write(next[1]);
    }
    this.#more.emit('more');
  }
}
