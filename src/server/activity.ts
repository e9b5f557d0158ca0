/** Counts what is under way, so that the end can wait for it. */
export class Activity {
  #active = 0;
  #whenIdle?: () => void;

  /** Something begins that `idle` waits for, such as a call whose answer is to be sent. */
  begin(): void {
    this.#active++;
  }

  end(): void {
    if (--this.#active === 0) this.#whenIdle?.();
  }

  /** Resolves when nothing is under way and the last answer is on the wire, or after `ms`. */
  async idle(ms: number): Promise<void> {
    if (this.#active > 0) {
      await new Promise<void>(resolve => {
        this.#whenIdle = resolve;
        setTimeout(resolve, ms).unref();
      });
    }
    await new Promise(resolve => setImmediate(resolve)); // an answer that goes through the SDK is sent a moment later
  }
}
