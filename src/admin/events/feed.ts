import { randomBytes } from 'node:crypto';

/** What is kept for those who come back. */
const most = { events: 1_000, characters: 1024 * 1024 };

interface Entry {
  number: number;
  text: string;
}

/** The last events as they go over the wire, in order, and those who listen to the next ones. */
export class Feed {
  /** Tells the ids of this process from those of an earlier one. */
  readonly #run = randomBytes(4).toString('hex');
  readonly #entries: Entry[] = [];
  #characters = 0;
  #last = 0;
  readonly #listeners = new Set<(text: string) => void>();

  /** Adds an event; `data` is one object of JSON. */
  add(kind: string, data: object): void {
    const number = ++this.#last;
    const text = `id: ${this.#run}-${number}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#entries.push({ number, text });
    this.#characters += text.length;
    while (this.#entries.length > most.events || this.#characters > most.characters)
      this.#characters -= this.#entries.shift()!.text.length;
    for (const listener of this.#listeners) listener(text);
  }

  /** What came after the event with this id; undefined where that cannot be said any more. */
  since(id: string): string[] | undefined {
    const [, run, after] = /^([0-9a-f]+)-(\d{1,15})$/.exec(id) ?? [];
    const number = Number(after);
    const first = this.#entries[0]?.number ?? this.#last + 1;
    if (run !== this.#run || number > this.#last || number < first - 1) return undefined;
    return this.#entries.filter(each => each.number > number).map(({ text }) => text);
  }

  /** Tells a reader where he stands, so that he can go on from there before he has heard of anything. */
  get here(): string {
    return `id: ${this.#run}-${this.#last}\n\n`;
  }

  /** An event of its own for one who has missed what cannot be had any more; with it he is up to date. */
  get reset(): string {
    return `id: ${this.#run}-${this.#last}\nevent: reset\ndata: {}\n\n`;
  }

  /** Calls `listener` with each event from now on; the function returned ends that. */
  listen(listener: (text: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
