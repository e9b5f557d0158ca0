import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeSession, execLegacy, execModern, openSession } from '../lib/raw-http.ts';

/** Lives of clients at one time. */
const atOnce = 6;

/** What a client does, and how often for each hundred clients. Most cost no process: thousands must fit. */
const shares: [keyof typeof lives, number][] = [
  ['session', 40],
  ['request', 30],
  ['vanish', 10],
  ['own', 8],
  ['isolated', 6],
  ['hangUp', 3],
  ['crash', 2],
  ['wait', 1],
];

/** Clients that come, do one thing and go, some without a word. */
export class Actors {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #done = new Map<string, number>();
  #turn = 0;
  sessions = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** Resolves when all that began within `ms` has ended. */
  async act(ms: number): Promise<void> {
    const until = performance.now() + ms;
    const worker = async () => {
      while (performance.now() < until) await this.#live();
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    this.#agent.destroy();
  }

  summary(): string {
    const parts = [...this.#done].map(([life, count]) => `${count} ${life}`);
    return `${this.sessions} clients (${parts.join(', ')})`;
  }

  async #live(): Promise<void> {
    const name = `soak-${this.#turn}`;
    const life = drawn((this.#turn++ * 37) % 100); // a fixed order in which all lives mix
    this.sessions++;
    this.#done.set(life, (this.#done.get(life) ?? 0) + 1);
    await lives[life](this.#url, this.#agent, name);
    await sleep(5);
  }
}

function drawn(ticket: number): keyof typeof lives {
  let passed = 0;
  for (const [life, share] of shares) {
    passed += share;
    if (ticket < passed) return life;
  }
  throw new Error('the shares are less than a hundred');
}

const message = { message: 'hello' };

const lives = {
  /** A client of 2025 that calls and says goodbye. */
  async session(url: string, agent: Agent): Promise<void> {
    const session = await openSession(url, agent);
    await execLegacy(url, agent, session, 'shared.echo', message);
    await closeSession(url, agent, session);
  },
  /** One of 2026. */
  async request(url: string, agent: Agent, name: string): Promise<void> {
    await execModern(`${url}?client=${name}`, agent, 'shared.add', { a: 1, b: 2 });
  },
  /** Opens a session and is never heard of again. */
  async vanish(url: string, agent: Agent): Promise<void> {
    const session = await openSession(url, agent);
    await execLegacy(url, agent, session, 'shared.echo', message);
  },
  /** Has a process of its own. */
  async own(url: string, agent: Agent): Promise<void> {
    const session = await openSession(url, agent);
    await execLegacy(url, agent, session, 'client.echo', message);
    await closeSession(url, agent, session);
  },
  async isolated(url: string, agent: Agent, name: string): Promise<void> {
    await execModern(`${url}?client=${name}`, agent, 'call.echo', message);
  },
  /** Closes its connection in the middle of a call. */
  async hangUp(url: string, _agent: Agent, name: string): Promise<void> {
    const agent = new Agent();
    const call = execModern(`${url}?client=${name}`, agent, 'hangs.hang', {});
    await sleep(50);
    agent.destroy();
    await mustFail(call);
  },
  /** Its server dies in the middle of a call. */
  async crash(url: string, agent: Agent, name: string): Promise<void> {
    await mustFail(execModern(`${url}?client=${name}`, agent, 'dies.die', {}));
  },
  /** Calls a server that never comes up. */
  async wait(url: string, agent: Agent, name: string): Promise<void> {
    await mustFail(execModern(`${url}?client=${name}`, agent, 'mute.any', {}));
  },
};

async function mustFail(call: Promise<unknown>): Promise<void> {
  const worked = await call.then(
    () => true,
    () => false,
  );
  if (worked) throw new Error('a call that must fail has worked');
}
