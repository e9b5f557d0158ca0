import { SearchIndex, type SearchServer } from '../src/search/index.ts';
import { listings } from '../test/fixtures/listings.ts';
import { setIn, type Task, type TaskSet, workingSet } from './context/sets.ts';
import { printTable } from './lib/report.ts';
import { median, quantile } from './lib/statistics.ts';

const cuts = [1, 3, 5, 10];

/** How often search finds the right tools, and how long it takes. Sets of tasks can be named: FOLDER/NAME, as for `context`. */
export async function search(sets: string[]): Promise<void> {
  const all = [workingSet(), ...sets.map(setIn)];
  const rows = all.map(set => {
    const index = new SearchIndex();
    index.update(set.snapshot.servers.values());
    return [set.name, `${set.tasks.length}`, `${set.tools}`, ...figures(quality(index, set.tasks))];
  });
  console.log('recall: the share of the right tools among the first so many');
  printTable([['set', 'tasks', 'tools', ...cuts.map(cut => `@${cut}`), 'MRR'], ...rows]);
  console.log();
  learning(all);
  speed();
}

/** Recall at each cut, and the mean reciprocal rank. */
function quality(index: SearchIndex, tasks: Task[]): number[] {
  const places = tasks.map(({ query, gold }) => {
    const hits = index.search([query]);
    return gold.map(({ server, tool }) => {
      const at = hits.findIndex(hit => hit.server === server && hit.tool.name === tool);
      return at < 0 ? Number.POSITIVE_INFINITY : at + 1;
    });
  });
  const mean = (of: (own: number[]) => number) =>
    places.reduce((sum, own) => sum + of(own), 0) / places.length;
  const recalls = cuts.map(cut => mean(own => own.filter(place => place <= cut).length / own.length));
  return [...recalls, mean(own => 1 / Math.min(...own))];
}

function figures(numbers: number[]): string[] {
  return numbers.map(number => number.toFixed(3));
}

const splits = 6;
/** What a reply shows, so that it can be called. */
const shown = 40;

/** What `gateway.search.learn` is worth: half of the tasks have been done and taught, the other half is measured. */
function learning(sets: TaskSet[]): void {
  const rows = sets.flatMap(set => {
    const runs = Array.from({ length: splits }, (_, seed) => taught(set, seed + 1));
    return (['without', 'learned'] as const).map(way => {
      const mean = runs[0]![way].map((_, at) => runs.reduce((sum, run) => sum + run[way][at]!, 0) / splits);
      return [set.name, way, ...figures(mean)];
    });
  });
  console.log(`half of the tasks teach, the others are asked; mean of ${splits} splits`);
  printTable([['set', '', ...cuts.map(cut => `@${cut}`), 'MRR'], ...rows]);
  console.log();
}

function taught({ snapshot, tasks }: TaskSet, seed: number) {
  const servers = [...snapshot.servers.values()];
  const mixed = shuffled(tasks, seed);
  const [past, future] = [mixed.slice(0, mixed.length / 2), mixed.slice(mixed.length / 2)];
  const [before, after] = [new SearchIndex(), new SearchIndex()];
  before.update(servers);
  const examples = new Map(servers.map(({ name }) => [name, {} as Record<string, string[]>]));
  for (const { query, gold } of past) {
    const hits = before.search([query]).slice(0, shown);
    for (const { server, tool } of gold) {
      if (!hits.some(hit => hit.server === server && hit.tool.name === tool)) continue;
      const own = examples.get(server)!;
      own[tool] = [...(own[tool] ?? []), query];
    }
  }
  after.update(servers.map(server => ({ ...server, examples: examples.get(server.name) })));
  return { without: quality(before, future), learned: quality(after, future) };
}

/** The same order for the same seed. */
function shuffled<T>(items: T[], seed: number): T[] {
  let state = seed * 7_919;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state;
  };
  return items
    .map(item => [next(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

/** With the captured servers many times over, each time under other names. */
function speed(): void {
  const queries = workingSet().tasks.map(({ query }) => query);
  const rows = [500, 8_500, 10_000].map(count => {
    const servers = serversOf(count);
    const index = new SearchIndex();
    const building = timeOf(() => indexed(index, servers));
    for (const query of queries) index.search([query]); // warm
    const times = queries.flatMap(query => [1, 2, 3].map(() => timeOf(() => index.search([query]))));
    const updates = servers.slice(0, 9).map((server, at) => {
      const changed = servers.with(at, { ...server, name: `changed-${server.name}` });
      return timeOf(() => indexed(index, changed));
    });
    return [`${count}`, ms(median(times)), ms(quantile(times, 0.99)), ms(building), ms(median(updates))];
  });
  console.log('processor time');
  printTable([['tools', 'search, median', 'p99', 'index', 'one server changed'], ...rows]);
}

/** An index does what it must when it is first asked. */
function indexed(index: SearchIndex, servers: SearchServer[]): void {
  index.update(servers);
  index.entries.at(0);
}

function serversOf(count: number): SearchServer[] {
  const servers: SearchServer[] = [];
  let left = count;
  for (let copy = 0; left > 0; copy++) {
    for (const { server, tools } of listings()) {
      const own = tools.slice(0, left);
      left -= own.length;
      const named = own.map(
        tool => [`${tool.name}_${copy}`, { ...tool, name: `${tool.name}_${copy}` }] as const,
      );
      servers.push({ name: `${server}-${copy}`, tools: new Map(named) });
    }
  }
  return servers;
}

/** The processor's milliseconds: others may use it as well. */
function timeOf(work: () => void): number {
  const started = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1_000;
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}
