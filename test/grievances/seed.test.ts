import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWorld } from '../../local/demo/world.ts';
import type { World } from '../../local/demo/world.types.ts';
import { seed } from '../../subgraphs/grievances/seed.ts';
import { timesOf } from '../../subgraphs/grievances/src/case/case.rules.ts';
import { DEFAULT_TERMS } from '../../subgraphs/grievances/src/category/category.rules.ts';
import { definition } from '../../subgraphs/grievances/src/subgraph.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { standInPlaces } from '../local/places.ts';
import { calendars } from './calendars.ts';

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await testDatabase(definition);
  world = buildWorld(standInPlaces(), { facts: 9_000 });
  await database.owner.query('begin');
  await seed(database.owner, world);
  await database.owner.query('commit');
});
afterAll(() => database?.drop());

const rows = async <T>(sql: string): Promise<T[]> => (await database.owner.query(sql)).rows as T[];
const count = async (sql: string): Promise<number> => Number((await rows<{ count: string }>(`select count(*) from ${sql}`))[0]?.count);

describe('the demo district', () => {
  it('is loaded whole: every report once, with its case and its follow-ups', async () => {
    const files = [...world.grievances.caseFiles()];
    const reports = files.flatMap((file) => file.reports);
    expect(reports).toHaveLength(3_000);
    expect(await count('grievance_case')).toBe(files.length);
    expect(await count('report')).toBe(reports.length);
    expect(await count('report join grievance_case c on c.id = report.case_id join grievance_case o on o.id = origin_case_id')).toBe(
      reports.length,
    );
    expect(await count('follow_up join report on report.id = report_id')).toBe(reports.flatMap(({ followUps }) => followUps).length);
    expect(await count('dispatch_order')).toBe(files.flatMap(({ orders }) => orders).length);
    expect(await count('hub.event')).toBe(files.flatMap(({ events }) => events).length);
  });

  it('has due times that replaying the events gives again', async () => {
    const clocks = await rows<{
      caseId: string;
      urgency: string;
      startedAt: string;
      dueAt: string;
      warnAt: string;
      pausedSince: string | null;
    }>(`
      select k.case_id as "caseId", c.urgency, k.started_at as "startedAt", k.due_at as "dueAt", k.warn_at as "warnAt", k.paused_since as "pausedSince"
      from sla_clock k join grievance_case c on c.id = k.case_id where k.kind = 'RESOLVE' and k.round = 1`);
    const files = new Map([...world.grievances.caseFiles()].map((file) => [file.case.id, file]));
    expect(clocks).toHaveLength(files.size);
    let moved = 0;
    for (const { caseId, urgency, startedAt, ...kept } of clocks) {
      const { pauses, extensions, case: row } = files.get(caseId)!;
      const policy = DEFAULT_TERMS.find((terms) => terms.urgency === urgency)!;
      const granted = extensions.filter((extension) => extension.granted).map(() => policy.extension!);
      const second = row.rounds[1]?.startedAt ?? '9999';
      const own = pauses.filter(({ from }) => from < second).reverse();
      moved += own.length + granted.length;
      const { dueAt, warnAt, pausedSince } = timesOf({ startedAt, spec: policy.resolve, pauses: own, extensions: granted }, calendars);
      const running = row.rounds[0]?.handledAt === null && row.endedAt === null;
      const at = (instant: string | null) => instant && Date.parse(instant);
      expect([kept.dueAt, kept.warnAt, kept.pausedSince].map(at)).toEqual([dueAt, warnAt, running ? pausedSince : null].map(at));
    }
    expect(moved).toBeGreaterThan(50);
  });

  it('keeps of a person neither name nor number nor address', async () => {
    const columns = await rows<{ column: string }>(
      `select column_name as column from information_schema.columns where table_schema = 'public'`,
    );
    const personal = /reporter|phone|mobile|address|full_?name|id_?card|subject_id/i;
    expect(columns.map(({ column }) => column).filter((column) => personal.test(column))).toEqual([]);
  });

  it('shows the same when it is loaded in many rounds of COPY', async () => {
    // More cases than one round holds.
    expect(await count('grievance_case')).toBeGreaterThan(2_000);
    expect(await count(`sla_clock where kind = 'RESPOND' and not exists (select 1 from report where case_id = sla_clock.case_id)`)).toBe(0);
    expect(
      await count(`report r join sla_clock k on k.case_id = r.case_id and k.kind = 'RESPOND' where r.received_at < k.started_at`),
    ).toBe(0);
  });
});
