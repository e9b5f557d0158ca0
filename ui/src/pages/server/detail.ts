import type { AnswerOf } from '../../api/client.ts';

/** A server in full. */
export type Detail = AnswerOf<'getServer'>;
