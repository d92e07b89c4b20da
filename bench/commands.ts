/**
 * `npm run bench:commands`: how many commands a second the hub takes from clients that do not wait for each other: `draftRecords` of one record
 * with idempotency key, row scope, event row and roll-up, through the gateway. Then what each of these parts costs in the database, alone.
 * What it writes is taken out again.
 */
import { availableParallelism } from 'node:os';
import type pg from 'pg';
import { measureAlone } from './alone.ts';
import { asker, type Bench, DISTRICT, firstWhole } from './hub.ts';
import { at, type Line, timed } from './measure.ts';

const CLIENTS = 8;
const TARGET = 50;
const ACTIVITY = 'ac_bench';
const DRAFT = `mutation Draft($input: DraftRecordsInput!) { draftRecords(input: $input) { ok errors { code messageEn } records { id version } } }`;

interface Ground {
  organizer: string;
  community: string;
  /** Numbers of adults who are active. */
  volunteers: string[];
}

/** An activity of its own, whose only shift lasts a month, so that every volunteer can serve in it at any hour. */
async function prepare(bench: Bench): Promise<Ground> {
  await clear(bench);
  const [place] = await bench.sql<{ organizer: string; community: string }>(
    'volunteers',
    `insert into activity (id, title, organizer_id, community_id, category, description, status, risk_level, insured, starts_at, ends_at)
     select $1, 'bench', organizer_id, community_id, category, 'bench', 'FINISHED', 'ORDINARY', insured, '2026-06-01T00:00+08:00', '2026-07-01T00:00+08:00'
     from activity where risk_level = 'ORDINARY' order by id limit 1 returning organizer_id as organizer, community_id as community`,
    [ACTIVITY],
  );
  if (!place) throw new Error('the district has no activity');
  await bench.sql(
    'volunteers',
    `insert into shift (id, activity_id, starts_at, ends_at, capacity, check_in_methods)
     values ($1, $1, '2026-06-01T00:00+08:00', '2026-07-01T00:00+08:00', 100000, '{}')`,
    [ACTIVITY],
  );
  // Those without a record in June: nobody serves in two places at once.
  const rows = await bench.sql<{ number: string }>(
    'volunteers',
    `select v.number from volunteer v join volunteer_state s on s.volunteer_id = v.id
     where v.age_band = 'ADULT' and s.status = 'ACTIVE' and s.valid_from < '2026-06-01' and s.valid_to is null
       and not exists (select 1 from service_record r where r.volunteer_id = v.id and r."on" >= '2026-06-08' and r."on" < '2026-06-11')
     order by v.serial`,
  );
  return { ...place, volunteers: rows.map(({ number }) => number) };
}

async function clear(bench: Bench): Promise<void> {
  await bench.sql('volunteers', 'delete from service_record where activity_id = $1', [ACTIVITY]);
  await bench.sql('volunteers', 'delete from shift where activity_id = $1', [ACTIVITY]);
  await bench.sql('volunteers', 'delete from activity where id = $1', [ACTIVITY]);
  await bench.sql('volunteers', `delete from hub.idempotency where key like 'bench-%'`);
  await bench.sql(
    'volunteers',
    `delete from hub.event e where object_type = 'ServiceRecord'
    and not exists (select 1 from service_record r where r.id = e.object_id) and name = 'record.drafted'`,
  );
}

/** Half an hour of the n-th command: each volunteer once, then half an hour later again, 48 a day. */
function slotOf(n: number, { volunteers }: Ground) {
  const turn = Math.floor(n / volunteers.length);
  const from = Date.UTC(2026, 5, 7, 16) + turn * 1_800_000;
  return {
    volunteerNumber: volunteers[n % volunteers.length],
    startsAt: new Date(from).toISOString(),
    endsAt: new Date(from + 1_800_000).toISOString(),
  };
}

/** @param seconds how long commands are sent */
export async function measureCommands(bench: Bench, seconds: number): Promise<Line[]> {
  const ground = await prepare(bench);
  try {
    const token = await bench.token({ roles: ['ORG_REPRESENTATIVE'], areas: [DISTRICT], org: ground.organizer, subject: 'bench' });
    const ask = asker(bench.gatewayPort, token, CLIENTS);
    let n = 0;
    const run = Date.now();
    const draft = async (): Promise<void> => {
      const number = n++;
      const record = { ...slotOf(number, ground), minutes: 30, place: '社区广场', content: '清扫', responsible: '负责人（演示）' };
      const input = {
        activityId: ACTIVITY,
        projectName: 'bench',
        recordedBy: 'bench',
        records: [record],
        idempotencyKey: `bench-${run}-${number}`,
      };
      const { data } = await ask<{ draftRecords: { ok: boolean; errors: object[] } }>(DRAFT, { input });
      if (!data.draftRecords.ok) throw new Error(`a command was refused: ${JSON.stringify(data.draftRecords.errors)}`);
    };
    await firstWhole(draft);
    for (let i = 0; i < 100; i++) await draft();

    const alone: number[] = [];
    for (let i = 0; i < 100; i++) alone.push(await timed(draft));
    const times: number[] = [];
    const until = performance.now() + seconds * 1_000;
    await bench.steps.run(`commands, ${CLIENTS} clients, ${seconds} s`, '命令', () =>
      Promise.all(
        Array.from({ length: CLIENTS }, async () => {
          while (performance.now() < until) times.push(await timed(draft));
        }),
      ),
    );
    const rate = times.length / seconds / availableParallelism();
    const shares = await measureShares(bench, ground);
    bench.steps.say(`of one command (P50 ${at(alone, 0.5).toFixed(1)} ms alone), in the database: ${shares}`);
    return [
      {
        what: 'commands with idempotency, scope, event and roll-up',
        target: `≥ ${TARGET} a second and core`,
        figure: `${rate.toFixed(0)} a second and core; P95 ${at(times, 0.95).toFixed(0)} ms with ${CLIENTS} clients, P50 ${at(alone, 0.5).toFixed(1)} ms alone; in the database ${shares}`,
      },
    ];
  } finally {
    await clear(bench);
  }
}

const ROUNDS = 200;

/** What the parts cost that every command has, each alone on one connection, taken back at the end. */
async function measureShares(bench: Bench, { community, organizer, volunteers }: Ground): Promise<string> {
  const client = await bench.connect('volunteers');
  try {
    // In a year without service: nothing overlaps.
    const record = (n: number) => `insert into service_record
        (id, volunteer_id, activity_id, community_id, category, recorder_id, "on", place, starts_at, ends_at, minutes, content, recorded_by, status)
      select 'sr_share_${n}', id, '${ACTIVITY}', '${community}', 'OTHER', '${organizer}', '2027-06-20', 'x', '2027-06-20T08:00+08:00',
        '2027-06-20T08:30+08:00', 30, 'x', 'x', 'DRAFT' from volunteer where number = '${volunteers[n % volunteers.length]}'`;
    const idempotency = await median(
      client,
      (n) => `insert into hub.idempotency (client, command, key, input, answer, made_at)
      values ('bench', 'share', 'bench-share-${n}', 'x', '{}', now())`,
    );
    const event = await median(
      client,
      (n) => `insert into hub.event (id, name, at, object_type, object_id, area_id, actor_role)
      values ('ev_share_${n}', 'record.drafted', now(), 'ServiceRecord', 'x', '${community}', 'ORG_REPRESENTATIVE')`,
    );
    const scope = await median(client, () => 'select hub.context() is null');
    const counted = await median(client, record);
    // Without triggers of any kind, so that what is left of it is the insert itself.
    const bare = await median(client, record, 'set local session_replication_role = replica');
    const micros = (ms: number) => `${(ms * 1_000).toFixed(0)} µs`;
    return `idempotency ${micros(idempotency)}, scope ${micros(scope)}, event ${micros(event)}, record ${micros(bare)}, its roll-up and other triggers ${micros(Math.max(0, counted - bare))}`;
  } finally {
    await client.end();
  }
}

async function median(client: pg.Client, statement: (n: number) => string, before = 'select 1'): Promise<number> {
  const times: number[] = [];
  await client.query(`begin; ${before}`);
  for (let n = 0; n < ROUNDS; n++) times.push(await timed(() => client.query(statement(n))));
  await client.query('rollback');
  return at(times, 0.5);
}

// `--rounds` are seconds here.
if (import.meta.main) await measureAlone(measureCommands, 15);
