/** The thread that writes the history. It loads nothing but the database, and ends when that does not work. */
import { parentPort, workerData } from 'node:worker_threads';
import { Database, type DatabaseOptions } from './database.ts';
import { overTime } from './over-time.ts';
import { type Source, statsFrom } from './queries.ts';
import type { Asked, HistoryAnswer, Question, Told } from './recorder.ts';

/** How often old calls are looked for, in milliseconds. */
const pruneMs = 600_000;

const port = parentPort!;
const tell = (told: Told) => port.postMessage(told);

let database: Database;
try {
  const { default: sqlite } = await import('libsql').catch(error => {
    throw new Error(`the package libsql is not there: ${(error as Error).message}`);
  });
  database = new Database(sqlite, workerData as DatabaseOptions);
  tell({ kind: 'opened' });
  setInterval(prune, pruneMs).unref();
  setTimeout(prune).unref();
  port.on('message', (asked: Asked) => guarded(() => take(asked)));
} catch (error) {
  fail(error);
}

async function take(asked: Asked): Promise<void> {
  if (asked.kind === 'close') return port.close();
  if (asked.kind === 'write') {
    database.add(asked.rows);
    return tell({ kind: 'written' });
  }
  const { id, question } = asked;
  const source: Source = (...given) => database.source(...given);
  tell({ kind: 'answer', id, answer: await answerTo(question, source) });
}

function answerTo(question: Question, source: Source): HistoryAnswer | Promise<HistoryAnswer> {
  if (question.about === 'calls') return source(question.filter, question.page);
  if (question.about === 'stats') return statsFrom(source, question.filter);
  return overTime(source, question.filter, question.options);
}

/** In slices, so that writing goes on between them. */
function prune(): void {
  guarded(async () => {
    if (database.prune()) setTimeout(prune).unref();
  });
}

function guarded(work: () => Promise<void>): void {
  work().catch(fail);
}

function fail(error: unknown): void {
  tell({ kind: 'failed', reason: (error as Error).message });
  port.close();
}
