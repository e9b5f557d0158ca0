/** One side of a conversation that calls come in from and answers go out to. */
export interface Wire {
  /** Sends a message; rejects when it cannot be put on the wire. */
  send(message: object): Promise<void>;
  /**
   * Milliseconds between a call's last progress and its answer. The SDK's clients lose progress that reaches them in
   * one piece with the answer (typescript-sdk#2580), as it does on a pipe.
   */
  readonly progressGapMs?: number;
  /** Bytes that wait for the client to read them. */
  readonly unread: number;
}
