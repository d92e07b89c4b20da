/** Holds the exchange record against its chains and anchors: which line was changed, which is missing. Reads in pages, writes nothing. */
import type pg from 'pg';
import { anchorHash, genesis, type Heads, type Line, lineHash } from './record-chain.ts';

/** What was found wrong, in words for the auditor. */
export interface Finding {
  /** Writer of the chain; `anchors` for the chain of anchors. */
  chain: string;
  /** Line or anchor number. */
  line: number;
  what: 'MISSING' | 'CHANGED' | 'BEYOND_HEAD';
}

/** The whole result. */
export interface Check {
  writers: number;
  lines: number;
  anchors: number;
  /** Hash of the last anchor: to be compared with the one that the log told. */
  lastAnchor: string | null;
  findings: Finding[];
}

const PAGE = 5_000;
const AT = `to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const SQL_LINES = `select line::int as line, ${AT} as at, request, client, subject, organization, variant, purpose, operation,
  operation_hash as "operationHash", status, answer_hash as "answerHash", hash
  from exchange_record where writer = $1 and line > $2 order by line limit ${PAGE}`;
const SQL_WRITERS = 'select id, lines::int as lines, head from exchange_writer order by id';
const SQL_ANCHORS = `select number::int as number, ${AT} as at, heads, hash from exchange_anchor order by number`;

/** Checks everything; lines that are written meanwhile are left for the next time. */
export async function checkRecord(client: pg.Client): Promise<Check> {
  await client.query('begin transaction isolation level repeatable read read only');
  try {
    const anchors = await checkAnchors(client);
    const { rows: writers } = await client.query<{ id: string; lines: number; head: string }>(SQL_WRITERS);
    const findings = [...anchors.findings];
    for (const writer of writers) findings.push(...(await checkWriter(client, writer, anchors.heads.get(writer.id) ?? new Map())));
    const known = new Set(writers.map(({ id }) => id));
    for (const [id, heads] of anchors.heads)
      if (!known.has(id)) findings.push({ chain: id, line: Math.max(...heads.keys()), what: 'MISSING' });
    const { rows } = await client.query<{ lines: number }>('select count(*)::int as lines from exchange_record');
    return { writers: writers.length, lines: rows[0]?.lines ?? 0, anchors: anchors.count, lastAnchor: anchors.last, findings };
  } finally {
    await client.query('rollback');
  }
}

/** What anchors tell of each chain: line → hash. */
type Anchored = Map<string, Map<number, string>>;

async function checkAnchors(client: pg.Client): Promise<{ heads: Anchored; findings: Finding[]; count: number; last: string | null }> {
  const { rows } = await client.query<{ number: number; at: string; heads: string; hash: string }>(SQL_ANCHORS);
  const heads: Anchored = new Map();
  const findings: Finding[] = [];
  let previous = '';
  let next = 1;
  for (const { number, at, heads: text, hash } of rows) {
    for (; next < number; next++) findings.push({ chain: 'anchors', line: next, what: 'MISSING' });
    // After a gap the chain begins anew with what stands there.
    const follows = findings.at(-1)?.line === number - 1 && findings.at(-1)?.what === 'MISSING';
    if (!follows && anchorHash(previous, number, at, text) !== hash) findings.push({ chain: 'anchors', line: number, what: 'CHANGED' });
    for (const [writer, head] of Object.entries(JSON.parse(text) as Heads)) {
      const known = heads.get(writer) ?? new Map<number, string>();
      heads.set(writer, known.set(head.lines, head.hash));
    }
    previous = hash;
    next = number + 1;
  }
  return { heads, findings, count: rows.length, last: rows.at(-1)?.hash ?? null };
}

async function checkWriter(
  client: pg.Client,
  { id, lines, head }: { id: string; lines: number; head: string },
  anchored: ReadonlyMap<number, string>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const note = (line: number, what: Finding['what']): void => void findings.push({ chain: id, line, what });
  // A line is told by the chain's head or an anchor even where it was taken away.
  const told = new Map(anchored);
  if (lines > 0) told.set(lines, head);
  const end = Math.max(0, ...told.keys());
  let previous: string | null = genesis(id);
  let next = 1;
  for (;;) {
    const { rows } = await client.query<Line>(SQL_LINES, [id, next - 1]);
    for (const line of rows) {
      if (line.line > next) previous = null;
      for (; next < line.line; next++) note(next, 'MISSING');
      if (line.line > end) note(line.line, 'BEYOND_HEAD');
      const expected: string = previous === null ? line.hash : lineHash(previous, line);
      if (expected !== line.hash || (told.get(line.line) ?? line.hash) !== line.hash) note(line.line, 'CHANGED');
      previous = line.hash;
      next = line.line + 1;
    }
    if (rows.length < PAGE) break;
  }
  for (; next <= end; next++) note(next, 'MISSING');
  return findings;
}
