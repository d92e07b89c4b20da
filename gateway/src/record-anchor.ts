/** Anchors of the exchange record: once an hour, and when a gateway ends, the heads of all chains that grew are chained themselves. */
import type pg from 'pg';
import { anchorHash, type Heads } from './record-chain.ts';

const ANCHOR_EVERY_MS = 60 * 60_000;
/** Serves gateways one after the other. */
const ANCHOR_LOCK = 4_103_08;
const TOLERANCE_MS = 60_000;

export interface Anchor {
  number: number;
  hash: string;
}

/** A gateway's part in it; `isNow` does not wait for the hour. @returns the anchor made; null if none is due or nothing grew */
export async function anchorIfDue(pool: pg.Pool, isNow = false): Promise<Anchor | null> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [ANCHOR_LOCK]);
    const anchor = await makeAnchor(client, isNow);
    await client.query('commit');
    return anchor;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

async function makeAnchor(client: pg.PoolClient, isNow: boolean): Promise<Anchor | null> {
  const { rows: all } = await client.query<{ number: string; at: string; hash: string }>(
    'select number, at, hash from exchange_anchor order by number desc limit 1',
  );
  const last = all[0];
  if (last && !isNow && Date.now() - Date.parse(last.at) < ANCHOR_EVERY_MS - TOLERANCE_MS) return null;
  const { rows } = await client.query<{ id: string; lines: string; head: string }>(
    'select id, lines, head from exchange_writer where anchored < lines order by id',
  );
  if (rows.length === 0) return null;
  const heads: Heads = Object.fromEntries(rows.map(({ id, lines, head }) => [id, { lines: Number(lines), hash: head }]));
  const number = Number(last?.number ?? 0) + 1;
  const at = new Date().toISOString();
  const text = JSON.stringify(heads);
  const hash = anchorHash(last?.hash ?? '', number, at, text);
  await client.query('select exchange_anchor_add($1, $2, $3, $4)', [number, at, text, hash]);
  return { number, hash };
}
