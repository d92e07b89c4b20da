/** One fact changed in a department's database changes the figures it belongs to, in the places and times it belongs to, and no other. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../kit.ts';
import { today } from '../straight/all.ts';
import type { Period } from '../straight/places.ts';
import { DISTRICT, HUBEI_ROAD, NANCHANG_ROAD, openHub, WANGFUZHUANG, YEAR_2025 } from './district.ts';
import { ACROSS_THE_MOVE, ask, BASES, idsOf } from './kpis.ts';

/** 王府庄 and what it belongs to; 南昌路 is asked as well and must not move. */
const ABOVE = [DISTRICT, HUBEI_ROAD, WANGFUZHUANG];
const MS_PER_DAY = 86_400_000;
const dayAfter = (day: string): string => new Date(Date.parse(day) + MS_PER_DAY).toISOString().slice(0, 10);

let hub: Hub;
let lead: string;
let ids: Map<string, string>;
let thisDay: Period;
let before: Map<string, string>;

/** Every figure of the four places in last year, across the move and today, both bases: `<start> <basis> <code> <key>` → all that is said. */
async function everyFigure(): Promise<Map<string, string>> {
  const codes = new Map([...ids].map(([code, id]) => [id, code]));
  const told = new Map<string, string>();
  for (const period of [YEAR_2025, ACROSS_THE_MOVE, thisDay]) {
    for (const { areaId, basis, key, ...said } of await ask(hub, lead, [...ids.values()], period, BASES)) {
      told.set(`${period.start} ${basis} ${codes.get(areaId)} ${key}`, JSON.stringify(said));
    }
  }
  return told;
}

/** Names of the figures of one period, under both bases. */
const figures = ({ start }: Period, codes: readonly string[], keys: readonly string[]): string[] =>
  BASES.flatMap((basis) => codes.flatMap((code) => keys.map((key) => `${start} ${basis} ${code} ${key}`)));

/** Changes a fact, tells which figures say something else then, and takes the change back. */
async function changedBy(subgraph: string, change: readonly string[], back: readonly string[]): Promise<string[]> {
  for (const sql of change) await hub.sql(subgraph, sql);
  try {
    const after = await everyFigure();
    expect(after.size).toBe(before.size);
    return [...after].flatMap(([name, said]) => (before.get(name) === said ? [] : [name])).sort();
  } finally {
    for (const sql of back) await hub.sql(subgraph, sql);
  }
}

/** The one row that a query finds; a test without its fact proves nothing. */
async function fact<T extends object>(subgraph: string, text: string, params: unknown[]): Promise<T> {
  const [row] = await hub.sql<T>(subgraph, text, params);
  if (!row) throw new Error(`the demo district has no such fact: ${text}`);
  return row;
}

/** A hub that starts makes the coverage runs of last night by itself; until it has, today's coverage may change without us. */
async function nightlyRunsDone(): Promise<void> {
  for (let tries = 0; tries < 120; tries++) {
    const runs = await hub.sql(
      'facilities',
      `select 1 from coverage_run where status = 'DONE' and started_at > now() - interval '1 day'`,
      [],
    );
    if (runs.length >= 3) return;
    await pause(500);
  }
  throw new Error('the nightly coverage runs were not made within a minute');
}

beforeAll(async () => {
  hub = await openHub();
  lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
  ids = await idsOf(hub, [...ABOVE, NANCHANG_ROAD]);
  thisDay = { grain: 'CUSTOM', start: today(), end: dayAfter(today()) };
  await nightlyRunsDone();
  before = await everyFigure();
});
afterAll(() => hub?.stop());

describe('one fact and no other figure', () => {
  it('a confirmed record of 王府庄 that is voided: hours, people and timeliness of its places in its year', async () => {
    const { id } = await fact<{ id: string }>(
      'volunteers',
      `select min(r.id) as id from service_record r where r.status = 'CONFIRMED' and r."on" >= '2025-01-01' and r."on" < '2026-01-01'
        group by r.volunteer_id
        having count(*) = 1 and bool_and(r.community_id = $1 and r.corrects_id is null)
        order by 1 limit 1`,
      [ids.get(WANGFUZHUANG)],
    );
    const changed = await changedBy(
      'volunteers',
      [`update service_record set status = 'VOIDED' where id = '${id}'`],
      [`update service_record set status = 'CONFIRMED' where id = '${id}'`],
    );
    expect(changed).toEqual(figures(YEAR_2025, ABOVE, ['VOL_1', 'VOL_1B', 'VOL_2', 'VOL_14']).sort());
  });

  it('more m² in a facility of 王府庄 from 2025-07-01: m² per 100 households and evenness from then on', async () => {
    const { id } = await fact<{ id: string }>(
      'facilities',
      `select f.id from facility f join facility_state s on s.facility_id = f.id and s.valid_from < '2025-07-01' and s.valid_to is null
        join facility_share h on h.facility_id = f.id and h.community_id = $1 and h.share = 1 and h.valid_from < '2025-07-01' and h.valid_to is null
        where f.community_id = $1 and s.status = 'OPEN' and s.counts_toward_standard and s.kind <> 'OUTDOOR_SPACE' and s.tenure = 'OWNED'
          and s.usable_area < s.gross_area and s.activity_basis = 'GROSS'
        order by s.gross_area - s.usable_area desc limit 1`,
      [ids.get(WANGFUZHUANG)],
    );
    const changed = await changedBy(
      'facilities',
      [
        `update facility_state set valid_to = '2025-07-01' where facility_id = '${id}' and valid_to is null`,
        `insert into facility_state select (jsonb_populate_record(s, jsonb_build_object('valid_from', '2025-07-01', 'valid_to', null,
          'usable_area', s.gross_area))).* from facility_state s where facility_id = '${id}' and valid_to = '2025-07-01'`,
      ],
      [
        `delete from facility_state where facility_id = '${id}' and valid_from = '2025-07-01'`,
        `update facility_state set valid_to = null where facility_id = '${id}' and valid_to = '2025-07-01'`,
      ],
    );
    const expected = [YEAR_2025, thisDay].flatMap((period) => [
      ...figures(period, ABOVE, ['FAC_1']),
      ...figures(period, [DISTRICT, HUBEI_ROAD], ['FAC_7']),
    ]);
    expect(changed).toEqual(expected.sort());
  });

  it('a resident of 王府庄 who was satisfied and now says it is not resolved: resolution and satisfaction, not the exclusions', async () => {
    const { report_id: id, round } = await fact<{ report_id: string; round: number }>(
      'grievances',
      `select f.report_id, f.round from follow_up f where f.community_id = $1 and f.resolved = 'RESOLVED' and f.satisfaction = 5
        and f.answered_at >= '2025-02-01' and f.answered_at < '2025-12-01'
        and not exists (select 1 from follow_up l where l.report_id = f.report_id and l.round > f.round)
        order by 1 limit 1`,
      [ids.get(WANGFUZHUANG)],
    );
    const where = `where report_id = '${id}' and round = ${round}`;
    const changed = await changedBy(
      'grievances',
      [`update follow_up set resolved = 'NOT_RESOLVED', satisfaction = 1 ${where}`],
      [`update follow_up set resolved = 'RESOLVED', satisfaction = 5 ${where}`],
    );
    expect(changed).toEqual(figures(YEAR_2025, ABOVE, ['GRV_2', 'GRV_3']).sort());
  });

  it('a compound of 王府庄 without management from today: the count of unmanaged ones today, and nothing of last year', async () => {
    const { compound_id: id } = await fact<{ compound_id: string }>(
      'organization',
      `select compound_id from compound_state where community_id = $1 and valid_to is null and valid_from < $2 and management <> 'NONE'
        and households >= 1 order by 1 limit 1`,
      [ids.get(WANGFUZHUANG), today()],
    );
    const day = today();
    const changed = await changedBy(
      'organization',
      [
        `update compound_state set valid_to = '${day}' where compound_id = '${id}' and valid_to is null`,
        `insert into compound_state select (jsonb_populate_record(s, jsonb_build_object('valid_from', '${day}', 'valid_to', null,
          'management', 'NONE', 'company_id', null, 'host_id', null))).* from compound_state s where compound_id = '${id}' and valid_to = '${day}'`,
      ],
      [
        `delete from compound_state where compound_id = '${id}' and valid_from = '${day}'`,
        `update compound_state set valid_to = null where compound_id = '${id}' and valid_to = '${day}'`,
      ],
    );
    expect(changed).toEqual(figures(thisDay, ABOVE, ['ORG_11']).sort());
  });

  it('ten more households of 王府庄 at the end of 2025: what is given per household in 2025, in two departments’ answers', async () => {
    const where = `where area_id = '${ids.get(WANGFUZHUANG)}' and as_of = '2025-12-31'`;
    const changed = await changedBy(
      'organization',
      [`update area_stat set households = households + 10 ${where}`],
      [`update area_stat set households = households - 10 ${where}`],
    );
    const expected = [
      ...figures(YEAR_2025, ABOVE, ['FAC_1', 'FAC_1G', 'GRV_14']),
      ...figures(YEAR_2025, [DISTRICT, HUBEI_ROAD], ['FAC_7']),
    ];
    expect(changed).toEqual(expected.sort());
  });

  it('and all is as before when the changes are taken back', async () => {
    expect([...(await everyFigure())]).toEqual([...before]);
  });
});
