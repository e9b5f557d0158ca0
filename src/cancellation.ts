type Listener = (reason: Error) => void;

/**
 * Cancellation of one piece of work, at a tenth of what an AbortController costs: most calls are never cancelled and
 * nobody ever looks at their signal. `signal` makes a real AbortSignal for whoever needs one.
 */
export class Cancellation {
  #reason?: Error;
  /** Nearly always there is one; only the second needs a set. */
  #listener?: Listener;
  #others?: Set<Listener>;
  #controller?: AbortController;

  /** Why the work was cancelled; undefined while it is wanted. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** The same as a signal; its reason is the Error given to `cancel`. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Cancels once; later reasons are ignored. */
  cancel(reason: Error): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.(reason);
    for (const other of this.#others ?? []) other(reason); // who is taken off meanwhile is not called
    this.#controller?.abort(reason);
  }

  /** Calls `listener` on cancellation, at once if that has happened; the function returned takes it off again. */
  onCancel(listener: Listener): () => void {
    if (this.#reason !== undefined) {
      listener(this.#reason);
      return () => {};
    }
    if (this.#listener === undefined) this.#listener = listener;
    else {
      this.#others ??= new Set();
      this.#others.add(listener);
    }
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
      else this.#others?.delete(listener);
    };
  }

  throwIfCancelled(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }
}

/** A cancellation that follows `parent` and can also be cancelled alone; call `release` when the work is done. */
export function childOf(parent: Cancellation): { cancellation: Cancellation; release: () => void } {
  const cancellation = new Cancellation();
  return { cancellation, release: parent.onCancel(reason => cancellation.cancel(reason)) };
}
