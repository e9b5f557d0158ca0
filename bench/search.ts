import { SearchIndex, type SearchServer } from '../src/search/index.ts';
import { listings } from '../test/fixtures/listings.ts';
import { setIn, type TaskSet, workingSet } from './context/sets.ts';
import { printTable } from './lib/report.ts';
import { median, quantile } from './lib/statistics.ts';

const cuts = [1, 3, 5, 10];

/** How often search finds the right tools, and how long it takes. Sets of tasks can be named: FOLDER/NAME, as for `context`. */
export async function search(sets: string[]): Promise<void> {
  const rows = [workingSet(), ...sets.map(setIn)].map(quality);
  console.log('recall: the share of the right tools among the first so many');
  printTable([['set', 'tasks', 'tools', ...cuts.map(cut => `@${cut}`), 'MRR'], ...rows]);
  console.log();
  speed();
}

function quality({ name, tools, snapshot, tasks }: TaskSet): string[] {
  const index = new SearchIndex();
  index.update(snapshot.servers.values());
  const places = tasks.map(({ query, gold }) => {
    const hits = index.search([query]);
    return gold.map(({ server, tool }) => {
      const at = hits.findIndex(hit => hit.server === server && hit.tool.name === tool);
      return at < 0 ? Number.POSITIVE_INFINITY : at + 1;
    });
  });
  const mean = (of: (own: number[]) => number) =>
    places.reduce((sum, own) => sum + of(own), 0) / places.length;
  const recalls = cuts.map(cut =>
    mean(own => own.filter(place => place <= cut).length / own.length).toFixed(3),
  );
  return [name, `${tasks.length}`, `${tools}`, ...recalls, mean(own => 1 / Math.min(...own)).toFixed(3)];
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
