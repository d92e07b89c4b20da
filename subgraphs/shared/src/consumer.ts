/**
 * What follows in one department from what happened in another (design §5): the owner's `…Events(after, first)` is asked through the graph with
 * the service credential, in commit order, and the cursor is kept in the transaction of the effect. So each event takes effect once, also when
 * two processes ask at a time, one is killed in between, or nobody could ask for a while.
 *
 *     start: (services) =>
 *       follow(services, {
 *         name: 'calendars',
 *         events: 'organizationEvents',
 *         names: ['work-calendar.published'],
 *         prepare: (events) => readCalendars(services.graph, events),
 *         handle: ({ rows }, events, calendars) => …,
 *       }),
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Writing } from './database.ts';
import { HubError } from './errors.ts';
import { type Graph, GraphRefusal } from './graph.ts';
import { NOBODY } from './row-scope.ts';
import type { Services } from './subgraph.ts';

/** The departments' lists of events. */
type EventsField = 'organizationEvents' | 'volunteerEvents' | 'facilityEvents' | 'grievanceEvents';

/** An event of another department; more fields as `fields` asks. */
export interface FollowedEvent {
  id: string;
  name: string;
  at: string;
  objectId: string;
}

/** What is followed, and what it leads to. */
export interface Following<E extends FollowedEvent, T> {
  /** Name of the cursor, unique in the department. */
  name: string;
  events: EventsField;
  /** Names of the events that lead to something; the others are passed over. */
  names: readonly string[];
  /** Further fields of an event, as GraphQL. */
  fields?: string;
  /** Asks other departments what `handle` needs, before the transaction. */
  prepare?: (events: readonly E[]) => Promise<T>;
  /** The effect, as SERVICE. A failure leaves neither effect nor cursor, and it is tried again. */
  handle: (transaction: Writing, events: readonly E[], prepared: T) => Promise<void>;
  /** How often the list is asked when it had nothing new, in milliseconds. */
  everyMs?: number;
}

/** How far it is behind, for `/health/ready`. */
export interface Behind {
  events: EventsField;
  /** Seconds since the list was last read to its end and handled; null while that never happened in this process. */
  seconds: number | null;
  /** Tries that failed since then. */
  failures: number;
}

type FollowServices = Pick<Services, 'database' | 'graph' | 'log' | 'behind'>;

const EVERY_MS = 2_000;
const MOST_PATIENT_MS = 60_000;
const PAGE = 200;
const WRITE_MS = 30_000;

/** Follows the events of another department from the beginning, or from where it was left. @returns what ends it, after what is being handled */
export function follow<E extends FollowedEvent, T = undefined>(services: FollowServices, following: Following<E, T>): () => Promise<void> {
  const { behind, log } = services;
  const { name, events, everyMs = EVERY_MS } = following;
  const stopping = new AbortController();
  let caughtUpAt: number | null = null;
  let failures = 0;
  behind.set(name, (): Behind => ({ events, seconds: caughtUpAt && Math.round((Date.now() - caughtUpAt) / 1000), failures }));

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let rest = everyMs;
      try {
        const askedAt = Date.now();
        if ((await step(services, following)) === 'MORE') continue;
        caughtUpAt = askedAt;
        failures = 0;
      } catch (error) {
        failures += 1;
        rest = Math.min(everyMs * 2 ** failures, MOST_PATIENT_MS);
        // While the graph is silent we wait; the health body tells.
        if (!(error instanceof HubError)) log.error({ err: error, following: name }, 'events of another department');
      }
      await pause(rest, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return async () => {
    stopping.abort();
    behind.delete(name);
    await running;
  };
}

interface Page<E> {
  nodes: E[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}

type Listed = Pick<Following<FollowedEvent, unknown>, 'events' | 'fields'>;

interface Place {
  cursor: string | null;
  eventId: string | null;
}

/** One page: asked, prepared, and handled in one transaction with the cursor. */
async function step<E extends FollowedEvent, T>(services: FollowServices, following: Following<E, T>): Promise<'MORE' | 'CAUGHT_UP'> {
  const { database, graph } = services;
  const { name, names, prepare, handle } = following;
  const write = <R>(work: (transaction: Writing) => Promise<R>): Promise<R> =>
    database.write({ ...NOBODY, roles: ['SERVICE'], variant: 'INTERNAL', deadline: Date.now() + WRITE_MS }, work);

  const place = await write((transaction) => placeOf(transaction, name));
  const { nodes, pageInfo } = await pageAfter<E>(graph, following, place);
  const last = nodes.at(-1);
  if (!last) return 'CAUGHT_UP';
  const wanted = nodes.filter((event) => names.includes(event.name));
  const prepared = wanted.length > 0 && prepare ? await prepare(wanted) : undefined;
  await write(async (transaction) => {
    const now = await placeOf(transaction, name);
    // Another process was faster; what it left comes with the next page.
    if (now.cursor !== place.cursor) return;
    if (wanted.length > 0) await handle(transaction, wanted, prepared as T);
    await transaction.rows('update hub.cursor set cursor = $2, event_id = $3 where name = $1', [name, pageInfo.endCursor, last.id]);
  });
  return pageInfo.hasNextPage ? 'MORE' : 'CAUGHT_UP';
}

/** Where the cursor stands; its row stays locked until the transaction ends, so two processes move it one after the other. */
async function placeOf({ rows }: Pick<Writing, 'rows'>, name: string): Promise<Place> {
  const locked = () => rows<Place>('select cursor, event_id as "eventId" from hub.cursor where name = $1 for update', [name]);
  const [place] = await locked();
  if (place) return place;
  await rows('insert into hub.cursor (name) values ($1) on conflict do nothing', [name]);
  return (await locked())[0] as Place;
}

async function askPage<E extends FollowedEvent>(graph: Graph, { events, fields = '' }: Listed, after: string | null): Promise<Page<E>> {
  const query = `query Follow($after: String, $first: Int!) {
    page: ${events}(after: $after, first: $first) { nodes { id name at objectId ${fields} } pageInfo { endCursor hasNextPage } }
  }`;
  const { page } = await graph.ask<{ page: Page<E> | null }>(query, { after, first: PAGE });
  if (!page) throw new HubError('SOURCE_UNAVAILABLE');
  return page;
}

/**
 * The page after a place. An owner whose key was changed twice does not know our cursor any more: the list is read from its beginning then, up to
 * the event that was handled last.
 */
async function pageAfter<E extends FollowedEvent>(graph: Graph, following: Listed, { cursor, eventId }: Place): Promise<Page<E>> {
  try {
    return await askPage<E>(graph, following, cursor);
  } catch (error) {
    if (cursor === null || !(error instanceof GraphRefusal) || !error.codes.includes('VALIDATION_FAILED')) throw error;
  }
  for (let after: string | null = null; ; ) {
    const page: Page<E> = await askPage<E>(graph, following, after);
    const found = page.nodes.findIndex(({ id }) => id === eventId);
    if (found >= 0) {
      const nodes = page.nodes.slice(found + 1);
      return nodes.length > 0 || !page.pageInfo.hasNextPage ? { ...page, nodes } : askPage<E>(graph, following, page.pageInfo.endCursor);
    }
    if (!page.pageInfo.hasNextPage) throw new Error('the event that was handled last is not among the events any more');
    after = page.pageInfo.endCursor;
  }
}
