import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import type { CallContext, JsonObject, Question, RawResponse } from '../types.ts';

/** Questions of one call at one time. */
const maxQuestions = 16;

/** Questions that come no further apart than this, in milliseconds, are put to the client together. */
const togetherMs = 20;

interface Waiting {
  question: Question;
  answer: (response: RawResponse) => void;
}

/** Runs a call; whoever is asked meanwhile is asked through the context. */
export type Run = (context: CallContext) => Promise<RawResponse>;

/**
 * A call that outlives the requests of its client: each of them, a leg, waits until the call has ended or asks something.
 * Between legs nobody waits; the call goes on.
 */
export class ParkedCall {
  readonly cancellation = new Cancellation();
  readonly #questions = new Map<string, Waiting>();
  readonly #ended: Promise<RawResponse>;
  #leg: CallContext;
  #asked = 0;
  #legs = 0;
  #wake = () => {};
  #timer?: NodeJS.Timeout;

  constructor(first: CallContext, run: Run) {
    this.#leg = first;
    this.#ended = run({
      ...first,
      cancellation: this.cancellation,
      ask: question => this.#ask(question),
      tell: (method, params) => this.#leg.tell?.(method, params),
      onProgress: first.onProgress && (params => this.#leg.onProgress?.(params)),
    });
    this.#ended.catch(() => {}); // the leg that waits hears of it, or the next one
  }

  /** How many there have been. */
  get legs(): number {
    return this.#legs;
  }

  /** Waits for the end, or for questions: what is to be answered, by key. Cancelled with the leg. */
  async leg(context: CallContext): Promise<RawResponse | Map<string, Question>> {
    this.#leg = context;
    this.#legs++;
    const release = context.cancellation.onCancel(reason => this.cancellation.cancel(reason));
    try {
      const asked = new Promise<void>(resolve => {
        this.#wake = resolve;
      });
      this.#wakeSoon();
      const response = await Promise.race([this.#ended, asked]);
      return response ?? this.#open();
    } finally {
      clearTimeout(this.#timer);
      release();
    }
  }

  /** What the client answered, by key; what it left out stays open. */
  answer(responses: JsonObject): void {
    for (const [key, response] of Object.entries(responses)) {
      this.#questions.get(key)?.answer({ result: response as JsonObject });
    }
  }

  #open(): Map<string, Question> {
    return new Map([...this.#questions].map(([key, { question }]) => [key, question]));
  }

  /** Unless all is answered by then. */
  #wakeSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#questions.size > 0 && this.#wake(), togetherMs);
  }

  #ask(question: Question): Promise<RawResponse> {
    if (this.#questions.size >= maxQuestions) {
      return Promise.reject(new McpxError('CANNOT_ASK', 'the client is being asked too much at one time'));
    }
    const gone = question.cancellation?.reason ?? this.cancellation.reason;
    if (gone !== undefined) return Promise.reject(gone);
    const key = `question-${++this.#asked}`;
    return new Promise((resolve, reject) => {
      const offs = [question.cancellation, this.cancellation].map(cancelled =>
        cancelled?.onCancel(reason => {
          forget();
          reject(reason);
        }),
      );
      const forget = () => {
        this.#questions.delete(key);
        for (const off of offs) off?.();
      };
      const answer = (response: RawResponse) => {
        forget();
        resolve(response);
      };
      this.#questions.set(key, { question, answer });
      this.#wakeSoon();
    });
  }
}
