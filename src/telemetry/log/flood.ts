interface Window {
  since: number;
  told: number;
  missed: number;
}

/** Lets so many lines of each source through in a second, and counts the others. */
export class Flood {
  readonly #perSecond: number;
  readonly #windows = new Map<string, Window>();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Undefined when the line is one too many; else how many were, since the last that was not. */
  admit(source: string): number | undefined {
    const now = performance.now();
    let window = this.#windows.get(source);
    if (window === undefined) {
      window = { since: now, told: 0, missed: 0 };
      this.#windows.set(source, window);
    }
    if (now - window.since >= 1_000) Object.assign(window, { since: now, told: 0 });
    if (window.told >= this.#perSecond) {
      window.missed++;
      return undefined;
    }
    const { missed } = window;
    window.told++;
    window.missed = 0;
    return missed;
  }
}
