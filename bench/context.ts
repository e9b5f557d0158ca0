import { resultsCorpus } from './context/results.ts';
import { setIn, type TaskSet, workingSet } from './context/sets.ts';
import { costs, waysToTools } from './context/ways.ts';
import { printTable } from './lib/report.ts';
import { median } from './lib/statistics.ts';

/**
 * What a model reads until it has the right signatures, in four ways, and what results cost. Beside the captured servers,
 * sets of tasks can be named: FOLDER/NAME, for FOLDER/NAME.tools.jsonl and FOLDER/NAME.queries.jsonl.
 */
export async function context(sets: string[]): Promise<void> {
  for (const set of [workingSet(), ...sets.map(setIn)]) await discovery(set);
  await resultsCorpus();
}

async function discovery(set: TaskSet): Promise<void> {
  const all = await costs(set);
  const flat = median(all.map(({ flat }) => flat));
  const rows = waysToTools.map(way => {
    const tokens = all.map(cost => cost[way]);
    const middle = median(tokens);
    return [
      way,
      middle.toFixed(0),
      Math.max(...tokens).toFixed(0),
      `${(100 - (100 * middle) / flat).toFixed(1)} %`,
    ];
  });
  const found = all.filter(({ missed }) => missed === 0).length;
  console.log(
    `${set.name}: ${all.length} tasks, ${set.tools} tools; tokens (o200k_base) from the first message to the last right signature`,
  );
  printTable([['way', 'median', 'most', 'below flat'], ...rows]);
  console.log(
    `one search showed every right tool in ${found} of ${all.length} tasks; the others ask for the server's tools as well\n`,
  );
}
