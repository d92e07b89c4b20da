/**
 * `npm run bench:view`: the unified district view, 88 places, on 1,000,000 facts, warm, beside the same answer put together by hand from the same
 * roll-ups (`limit.ts`), in one run. Before anything is timed the hub's answer is compared with that one and with one straight from the facts.
 * `--facts N`, `--rounds N`; the databases are kept between runs (`hub.ts`).
 */
import { Pool } from 'undici';
import { isSame } from '../test/straight/exact.ts';
import { measureAlone } from './alone.ts';
import { asker, type Bench, DISTRICT, firstWhole, type Reply } from './hub.ts';
import { at, type Line, timed } from './measure.ts';
import { type AreaNode, type Cell, cellsOf, VIEW } from './question.ts';

const YEAR = { grain: 'YEAR', start: '2025-01-01', end: '2026-01-01' };
const WARM_UP = 10;
const TARGET_MS = 800;
/** What GraphQL, federation, signatures and row scope may cost: the limit shall be at least this share of the hub's time. */
const TARGET_SHARE = 0.5;

interface Answer {
  bytes: number;
  cells: Cell[];
}

/** Measures the view. @throws Error when the answers differ */
export async function measureView(bench: Bench, rounds: number): Promise<Line[]> {
  const { steps, facts } = bench;
  const token = await bench.token({ roles: ['DISTRICT_LEAD'], areas: [DISTRICT], variant: 'INTERNAL', subject: 'bench' });
  const ask = asker(bench.gatewayPort, token);
  let last: Reply<{ area: AreaNode }> | undefined;
  const hub = async (): Promise<Answer> => {
    last = await ask<{ area: AreaNode }>(VIEW, { code: DISTRICT, p: YEAR });
    return { bytes: last.bytes, cells: cellsOf(last.data.area) };
  };
  const limit = limitAt(bench.limitPort);
  const asked = await firstWhole(hub);
  compare(asked.cells, (await limit('facts')).cells);
  const byHand = await limit();
  compare(asked.cells, byHand.cells);
  const places = new Set(asked.cells.map(({ areaId }) => areaId)).size;
  steps.say(`Equal: ${asked.cells.length} figures of ${places} places on ${facts.toLocaleString('en')} facts.`);
  for (let i = 0; i < WARM_UP; i++) {
    await firstWhole(hub);
    await limit();
  }

  const cpu: Record<string, number> = {};
  const times: { hub: number[]; limit: number[] } = { hub: [], limit: [] };
  await steps.run(`view, ${rounds} rounds, in turn`, '总览', async () => {
    const before = bench.cpu();
    for (let i = 0; i < rounds; i++) {
      times.hub.push(await timed(hub));
      times.limit.push(await timed(limit));
    }
    for (const [name, ms] of Object.entries(bench.cpu())) cpu[name] = Math.round((ms - (before[name] ?? 0)) / rounds);
  });
  const { requests = {}, statements = {}, stages = 0, planMs = 0 } = last?.debug ?? {};
  steps.say(`${stages} stages, plan ${planMs.toFixed(1)} ms; requests: ${listed(requests)}; SQL statements: ${listed(statements)}`);
  const share = at(times.limit, 0.5) / at(times.hub, 0.5);
  const millis = (list: number[]) => `P50 ${at(list, 0.5).toFixed(0)} ms, P95 ${at(list, 0.95).toFixed(0)} ms`;
  const kb = ({ bytes }: Answer) => `${(bytes / 1024).toFixed(0)} KB`;
  const name = `district view, 88 places, ${facts.toLocaleString('en')} facts`;
  return [
    { what: `${name}: the hub`, target: `P95 ≤ ${TARGET_MS} ms, aim 150`, figure: `${millis(times.hub)}, ${kb(asked)}` },
    {
      what: `${name}: by hand, SQL over the same roll-ups and plain HTTP (the limit)`,
      target: '',
      figure: `${millis(times.limit)}, ${kb(byHand)}`,
    },
    {
      what: `${name}: processor time of the hub's processes, PostgreSQL not counted`,
      target: '',
      figure: Object.keys(cpu).length === 0 ? 'told on Linux only' : `${total(cpu)} ms: ${listed(cpu)}`,
    },
    { what: 'limit ÷ hub, medians', target: `aim ${TARGET_SHARE}`, figure: share.toFixed(2) },
  ];
}

const total = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

const listed = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

function limitAt(port: number): (from?: 'facts') => Promise<Answer> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1 });
  return async (from) => {
    const path = `/view?start=${YEAR.start}&end=${YEAR.end}${from ? `&from=${from}` : ''}`;
    const reply = await pool.request({ method: 'GET', path });
    const text = await reply.body.text();
    if (reply.statusCode !== 200) throw new Error(`the rival failed: ${text}`);
    return { bytes: text.length, cells: JSON.parse(text).figures };
  };
}

/** The same figures, or the first that differ. */
function compare(hub: Cell[], limit: Cell[]): void {
  const byHand = new Map(limit.map((cell) => [`${cell.areaId} ${cell.key}`, cell]));
  const isEqual = (cell: Cell, other: Cell | undefined): boolean =>
    other !== undefined &&
    cell.value === other.value &&
    cell.reason === other.reason &&
    isSame(cell.numerator, other.numerator) &&
    isSame(cell.denominator, other.denominator);
  const different = hub.filter((cell) => !isEqual(cell, byHand.get(`${cell.areaId} ${cell.key}`)));
  if (hub.length === limit.length && different.length === 0) return;
  const shown = different
    .slice(0, 5)
    .map((cell) => `  hub ${JSON.stringify(cell)}\n  by hand ${JSON.stringify(byHand.get(`${cell.areaId} ${cell.key}`))}`);
  throw new Error(`The answers differ (${hub.length} and ${limit.length} figures, ${different.length} differ):\n${shown.join('\n')}`);
}

if (import.meta.main) await measureAlone(measureView, 40);
