import type { ChildProcess } from 'node:child_process';

export interface Answer {
  id?: number;
  result?: { isError?: boolean };
}

/** A client on stdin and stdout that costs next to nothing itself. */
export class JsonLines {
  readonly #child: ChildProcess;
  readonly #seen = new Map<number, Answer>();
  #waiting?: () => void;
  #rest = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) {
        const message = JSON.parse(line) as Answer;
        if (message.id !== undefined) this.#seen.set(message.id, message);
      }
      this.#waiting?.();
    });
  }

  send(message: object): void {
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  /** The handshake of 2025. */
  async initialize(): Promise<void> {
    const clientInfo = { name: 'bench', version: '1' };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    this.send({ id: 1, method: 'initialize', params });
    await this.answer(1);
    this.send({ method: 'notifications/initialized' });
  }

  /** Waits for the answer to request `id`. */
  async answer(id: number): Promise<Answer> {
    while (!this.#seen.has(id)) {
      await new Promise<void>(resolve => {
        this.#waiting = resolve;
      });
    }
    return this.#seen.get(id)!;
  }
}
