import type { Cancellation } from '../cancellation.ts';
import type { Reason } from './member.ts';

/** What a pool asks for when it needs another thing. */
export interface Order {
  /** Cancelled when it is not wanted any more. */
  cancellation: Cancellation;
  /** Who waits for it; undefined for a spare. */
  owner?: string;
  /** Whether somebody waits for it now; a spare is made ahead of time. */
  awaited: () => boolean;
}

export interface PoolOptions<T> {
  /** Whose things these are, for errors: `server "x"`. */
  name: string;
  /** Who may use a thing: one piece of work and then nobody, all work of one owner, or everybody. */
  sharing: 'once' | 'owner' | 'all';
  /** Makes a thing; rejects when it cannot. */
  open: (order: Order) => Promise<T>;
  /** Kept ready for whoever comes. */
  min: number;
  /** The most at a time. As many again may be on their way out. */
  max: number;
  /** Pieces of work at one time on a thing that everybody may use. */
  share: number;
  /** Milliseconds that a thing which belongs to nobody stays without being used. */
  idleMs: number;
  /** Milliseconds after which a thing which belongs to nobody is replaced. */
  lifetimeMs?: number;
  /** Pieces of work after which a thing that everybody may use is replaced. */
  maxUses?: number;
  /** The longest that anybody waits, in milliseconds. */
  waitMs: number;
  /** Milliseconds that a thing gets to end by itself. */
  graceMs?: number;
  /** Whether a thing still works; asked before one that belongs to nobody is used after a pause. */
  validate?: (thing: T) => Promise<boolean>;
  /** The pause, in milliseconds. */
  pauseMs?: number;
  /** Whether a thing that nobody has used suits `owner`; every thing suits everybody when left out. */
  suits?: (thing: T, owner: string) => boolean;
  /** Whether a thing is used although no work runs on it: then it stays. */
  inUse?: (thing: T) => boolean;
  /** Whether a thing must be replaced, however well it works; asked from time to time. */
  unfit?: (thing: T) => Promise<boolean>;
  /** How often, in milliseconds; five seconds when left out. */
  unfitMs?: number;
  /** Told of everything that the pool parts with. */
  ondiscard?: (reason: Reason) => void;
}

/** What can be changed while a pool is used. All of it is given: what is left out is no longer limited. */
export type PoolLimits<T> = Required<Pick<PoolOptions<T>, 'min' | 'max' | 'share' | 'idleMs' | 'waitMs'>> &
  Pick<PoolOptions<T>, 'lifetimeMs' | 'maxUses' | 'unfit'>;

/** How many things there are: those in use, those that are not, and of the latter those that nobody has ever used. */
export interface PoolCounters {
  total: number;
  busy: number;
  idle: number;
  spare: number;
  opening: number;
  waiting: number;
  started: number;
  /** How many have gone, by reason. */
  discarded: Partial<Record<Reason, number>>;
}
