import { ERRORS } from '../../subgraphs/facilities/src/errors.ts';
import { definition } from '../../subgraphs/facilities/src/subgraph.ts';
import { now } from '../../subgraphs/shared/src/clock.ts';
import { addDays, dateIn } from '../../subgraphs/shared/src/domain/period.ts';
import type { Graph } from '../../subgraphs/shared/src/graph.ts';
import type { CommandSpec, Dice, Invariant, Play, Stage, Way } from '../commands/spec.ts';
import { testDatabase } from '../database.ts';
import { CALLERS, ORGANIZATIONS, organization } from './acting.ts';
import { HOURS, putFacility, putShare, putState } from './world.ts';

interface Kept {
  id: string;
  version: number;
  status: string;
}

/** A facility that the caller keeps, now and then any; its version is now and then an old one. */
async function some({ dice, rows, caller }: Play, where = 'true'): Promise<Kept | null> {
  const kept = await rows<Kept>(
    `select f.id, f.version, s.status from facility f join facility_state s on s.facility_id = f.id and s.valid_to is null
     where ($1 or f.community_id = any($2) or f.operator_id = $3) and ${where} order by random() limit 1`,
    [dice.chance(10), caller.communities ?? [], caller.organization ?? null],
  );
  const [first] = kept;
  return first ? { ...first, version: dice.chance(5) ? first.version - 1 : first.version } : null;
}

const today = (): string => dateIn(now());
const communityOf = ({ caller, dice }: Play): string => dice.pick(caller.communities?.length ? caller.communities : ['a', 'b', 'c']);
const cents = (dice: Dice, most: number): string => (dice.int(1, 100 * most) / 100).toFixed(2);
/** Few names and few places, so that they meet. */
const nameOf = (dice: Dice): string => `${dice.pick(['东苑', '西苑', '南苑', '北苑'])}${dice.int(1, 40)}号院`;
const placeOf = (dice: Dice) => ({
  lat: 34.6 + 0.0002 * dice.int(0, 200),
  lng: 112.4,
  crs: dice.pick(['WGS84', 'GCJ02', 'BD09', 'CGCS2000']),
});

/** What a new facility needs, and what it may say. */
function newFacility({ dice, caller }: Play, communityId: string): Record<string, unknown> {
  return {
    name: nameOf(dice),
    kind: dice.pick(['ACTIVITY_ROOM', 'PARTY_MASS_SERVICE_CENTRE', 'CANTEEN']),
    communityId,
    tenure: 'OWNED',
    provisionMode: 'RENOVATION',
    address: '一号院',
    operatorId: ORGANIZATIONS.includes(caller.organization ?? '') ? caller.organization : dice.pick(ORGANIZATIONS),
    grossFloorArea: String(dice.int(200, 900)),
    usableFloorArea: cents(dice, 150),
    ...(dice.chance(60) && { openedOn: addDays(today(), -dice.int(0, 900)), effectiveOn: addDays(today(), -dice.int(0, 600)) }),
    ...(dice.chance(50) && { location: placeOf(dice) }),
  };
}

/** The change of a facility that the caller keeps; null while he keeps none. */
const changing =
  (change: (play: Play, facility: Kept) => Record<string, unknown>, where?: string): Way =>
  async (play) => {
    const facility = await some(play, where);
    return facility && { id: facility.id, expectedVersion: facility.version, ...change(play, facility) };
  };
const registering =
  (extra: (play: Play) => Record<string, unknown>): Way =>
  async (play) => ({ ...newFacility(play, communityOf(play)), ...extra(play) });
/** As `changing`, for the commands that name it `facilityId`. */
const about =
  (input: (play: Play) => Record<string, unknown>, where?: string): Way =>
  async (play) => {
    const facility = await some(play, where);
    return facility && { facilityId: facility.id, expectedVersion: facility.version, ...input(play) };
  };
const withoutFacility =
  (input: Record<string, unknown>): Way =>
  async () => ({ facilityId: 'fc_none', expectedVersion: 1, ...input });

const upsertFacility: CommandSpec = {
  name: 'upsertFacility',
  ways: {
    valid: registering(() => ({})),
    served: registering(({ dice }) => ({
      kind: 'NEIGHBOURHOOD_CENTRE',
      servesCompoundIds: dice.pick([['p1'], ['p1', 'p2'], ['p2', 'p4']]),
    })),
    change: changing(({ dice }) => ({
      grossFloorArea: String(dice.int(200, 900)),
      ...(dice.chance(40) && { usableFloorArea: cents(dice, 200) }),
      ...(dice.chance(30) && { effectiveOn: addDays(today(), dice.int(-900, 60)) }),
      ...(dice.chance(30) && { tenure: 'LEASED', leaseFrom: '2020-01-01', leaseTo: '2030-01-01' }),
    })),
    shared: changing(({ dice }) => {
      const part = dice.int(1, 999_999);
      return {
        effectiveOn: addDays(today(), -dice.int(0, 300)),
        shares: [
          { communityId: 'a', share: (part / 1e6).toFixed(6) },
          { communityId: dice.pick(['b', 'c']), share: ((1e6 - part) / 1e6).toFixed(6) },
        ],
      };
    }),
    moved: changing(({ dice }) => ({ location: placeOf(dice), notDuplicateOf: [] })),
    USABLE_EXCEEDS_GROSS: changing(({ dice }) => ({ grossFloorArea: '0.01', usableFloorArea: cents(dice, 100).replace(/^0\.0.$/, '1') })),
    ACTIVITY_EXCEEDS_AREA: registering(() => ({ activityArea: '900.01', activityAreaBasis: 'GROSS' })),
    SHARES_EXCEED_ONE: changing(() => ({
      shares: ['a', 'b'].map((communityId) => ({ communityId, share: '0.5000005'.slice(0, 8) })).concat({ communityId: 'c', share: '0.1' }),
    })),
    LEASE_REQUIRED: registering(({ dice }) => ({ tenure: dice.pick(['LEASED', 'BORROWED', 'SHARED']) })),
    COMPOUND_REQUIRED: registering(() => ({ kind: 'NEIGHBOURHOOD_CENTRE' })),
    FACILITY_DUPLICATE: async (play) => {
      const [there] = await play.rows<{ name: string; lat: number; lng: number }>(
        `select f.name, s.lat, s.lng from facility f join facility_state s on s.facility_id = f.id and s.valid_to is null where s.lat is not null order by random() limit 1`,
      );
      return there
        ? {
            ...newFacility(play, communityOf(play)),
            name: there.name,
            kind: 'OTHER',
            location: { lat: there.lat, lng: there.lng, crs: 'WGS84' },
          }
        : null;
    },
    SPACES_EXCEED_FACILITY: changing(
      () => ({ usableFloorArea: '0.01', effectiveOn: today() }),
      `exists (select 1 from space p where p.facility_id = f.id and p.combines = '{}' and p.usable_area > 0.01)`,
    ),
    INVALID_TRANSITION: changing(() => ({ openedOn: '2020-01-01' }), 'f.opened_on is null'),
    VALIDATION_FAILED: registering(({ dice }) =>
      dice.pick<Record<string, unknown>>([
        { name: '  ' },
        { usableFloorArea: '1.001' },
        { openedOn: addDays(today(), 1) },
        { activityArea: '1' },
        { address: null },
        { compoundId: 'p4' },
      ]),
    ),
    NOT_FOUND: registering(({ dice }) => dice.pick([{ ownerId: 'og99' }, { servesCompoundIds: ['p9'] }, { communityId: 's1' }])),
  },
};

const assureFacility: CommandSpec = {
  name: 'assureFacility',
  ways: {
    valid: about(({ dice }) => ({ assuredOn: dice.chance(50) ? null : addDays(today(), -dice.int(0, 400)) })),
    DATE_IN_FUTURE: about(({ dice }) => ({ assuredOn: addDays(today(), dice.int(1, 50)) })),
    NOT_FOUND: withoutFacility({}),
  },
};

const closeFacility: CommandSpec = {
  name: 'closeFacility',
  ways: {
    valid: about(({ dice }) => ({ on: addDays(today(), dice.int(0, 20)), reason: '装修' }), `s.status <> 'CLOSED' and random() < 0.3`),
    temporarily: about(({ dice }) => {
      const on = addDays(today(), dice.int(0, 20));
      return { on, until: addDays(on, dice.int(1, 30)), reason: '维修' };
    }, `s.status = 'OPEN'`),
    INVALID_TRANSITION: about(() => ({ on: today(), reason: '再次关闭', until: addDays(today(), 9) }), `s.status in ('CLOSED', 'PLANNED')`),
    VALIDATION_FAILED: about(({ dice }) =>
      dice.pick<Record<string, unknown>>([
        { on: '2001-01-01', reason: '过去' },
        { on: today(), reason: '' },
        { on: today(), until: today(), reason: '不' },
      ]),
    ),
    NOT_FOUND: withoutFacility({ on: '2026-01-01', reason: '无' }),
  },
};

const setOpeningHours: CommandSpec = {
  name: 'setOpeningHours',
  ways: {
    valid: about(({ dice }) => ({
      ...(dice.chance(50)
        ? { osm: dice.pick(['24/7', 'Mo-Fr 08:00-12:00,14:30-18:00; PH off', 'Mo-Su 07:00-22:00', 'Sa,Su,PH 09:00-12:00']) }
        : { rules: [{ weekdays: [dice.int(1, 7)], from: `0${dice.int(0, 9)}:00`, to: `1${dice.int(0, 9)}:30` }] }),
      ...(dice.chance(30) && { effectiveOn: addDays(today(), dice.int(-300, 30)) }),
    })),
    OPENING_SYNTAX: about(({ dice }) =>
      dice.pick<Record<string, unknown>>([
        { osm: 'Mo-Fr' },
        { osm: 'Jan 08:00-12:00' },
        { rules: [{ weekdays: [0], from: '08:00', to: '12:00' }] },
        { rules: [{ weekdays: [1], from: '08:00', to: '25:00' }] },
      ]),
    ),
    OPENING_NEVER_OPEN: about(({ dice }) => dice.pick<Record<string, unknown>>([{ osm: 'off' }, { rules: [] }])),
    VALIDATION_FAILED: about(() => ({ osm: '24/7', rules: [] })),
    NOT_FOUND: withoutFacility({ osm: '24/7' }),
  },
};

/** A space of a facility that the caller keeps. */
async function someSpace(play: Play, where: string): Promise<{ id: string; version: number; facilityId: string } | null> {
  const facility = await some(play, `exists (select 1 from space p where p.facility_id = f.id and ${where})`);
  const [space] = facility
    ? await play.rows<{ id: string; version: number; facilityId: string }>(
        `select p.id, p.version, p.facility_id as "facilityId" from space p where p.facility_id = $1 and ${where} order by random() limit 1`,
        [facility.id],
      )
    : [];
  return space ?? null;
}
const rooms = async ({ rows }: Play, facilityId: string): Promise<string[]> =>
  (await rows<{ id: string }>('select id from space where facility_id = $1 order by random() limit 3', [facilityId])).map(({ id }) => id);
const furnishing =
  (input: (play: Play, facilityId: string) => Promise<Record<string, unknown>>): Way =>
  async (play) => {
    const facility = await some(play);
    return facility && { facilityId: facility.id, name: `${play.dice.int(1, 99)}号室`, ...(await input(play, facility.id)) };
  };

const upsertSpace: CommandSpec = {
  name: 'upsertSpace',
  ways: {
    valid: furnishing(async ({ dice }) => ({ usableArea: cents(dice, 20), residentActivity: dice.chance(50), capacity: dice.int(1, 90) })),
    joined: furnishing(async (play, facilityId) => ({ combineIds: await rooms(play, facilityId) })),
    change: async (play) => {
      const space = await someSpace(play, `p.combines = '{}'`);
      return space && { id: space.id, expectedVersion: space.version, usableArea: cents(play.dice, 60) };
    },
    rejoin: async (play) => {
      const space = await someSpace(play, 'true');
      return space && { id: space.id, expectedVersion: space.version, combineIds: await rooms(play, space.facilityId) };
    },
    SPACES_EXCEED_FACILITY: furnishing(async () => ({ usableArea: '9000' })),
    SHARED_CYCLE: async (play) => {
      const space = await someSpace(play, 'true');
      return space && { id: space.id, expectedVersion: space.version, combineIds: [space.id] };
    },
    VALIDATION_FAILED: furnishing(async ({ dice }) =>
      dice.pick<Record<string, unknown>>([{ name: null }, { capacity: 0 }, { usableArea: '-1' }]),
    ),
    NOT_FOUND: furnishing(async ({ dice }) =>
      dice.pick<Record<string, unknown>>([{ facilityId: 'fc_none' }, { combineIds: ['sp_none'] }, { id: 'sp_none' }]),
    ),
  },
};

const runCoverage: CommandSpec = {
  name: 'runCoverage',
  ways: {
    valid: async ({ dice }) => ({
      kinds: [dice.pick(['CANTEEN', 'LIBRARY', 'SPORTS'])],
      profile: dice.pick(['ADULT', 'ELDER', 'WHEELCHAIR']),
      thresholdMetres: dice.pick([null, 100, 5000]),
    }),
    PARAMETER_RANGE: async ({ dice }) =>
      dice.pick<Record<string, unknown>>([{ thresholdMetres: 99 }, { thresholdMetres: 5001 }, { kinds: [] }]),
    NO_ORIGINS: async () => ({ kinds: ['CANTEEN'] }),
  },
};

/** The first has most ways to go wrong, and is sent most. */
export const commands: readonly CommandSpec[] = [
  ...Array<CommandSpec>(4).fill(upsertFacility),
  assureFacility,
  closeFacility,
  setOpeningHours,
  ...Array<CommandSpec>(2).fill(upsertSpace),
  ...Array<CommandSpec>(2).fill(runCoverage),
];

const CHANGES = `'facility.changed', 'facility.assured', 'facility.closed', 'opening-hours.changed'`;

export const invariants: readonly Invariant[] = [
  {
    name: 'states of a facility follow each other without a gap, the last without end',
    sql: `select * from (select facility_id, valid_to, lead(valid_from) over (partition by facility_id order by valid_from) as next from facility_state) s
      where valid_to is distinct from next`,
  },
  { name: 'every facility has a state', sql: 'select id from facility where id not in (select facility_id from facility_state)' },
  {
    name: 'nothing opens again after it was closed for good',
    sql: `select s.* from facility_state s join facility_state l on l.facility_id = s.facility_id and l.valid_from > s.valid_from
      where s.status = 'CLOSED' and l.status <> 'CLOSED'`,
  },
  {
    name: 'closed for good, and the day of it, are said together',
    sql: `select f.id from facility f join facility_state s on s.facility_id = f.id and s.valid_to is null where (f.closed_on is not null) <> (s.status = 'CLOSED')`,
  },
  {
    name: 'shares of a day are one at most',
    sql: `select d.facility_id, d.valid_from, sum(h.share) from (select distinct facility_id, valid_from from facility_share) d
      join facility_share h on h.facility_id = d.facility_id and h.valid_from <= d.valid_from and (h.valid_to is null or d.valid_from < h.valid_to)
      group by 1, 2 having sum(h.share) > 1`,
  },
  {
    name: 'rooms are no larger than their facility',
    sql: `select s.facility_id from facility_state s where (s.valid_to is null or s.valid_to > current_date)
      and s.usable_area < (select sum(p.usable_area) from space p where p.facility_id = s.facility_id and p.combines = '{}')`,
  },
  {
    name: 'activity area is no larger than the area it is measured as',
    sql: `select * from facility_state where activity_area > case activity_basis when 'GROSS' then gross_area else usable_area end`,
  },
  {
    name: 'a neighbourhood centre has its compounds',
    sql: `select f.id from facility f join facility_state s on s.facility_id = f.id
      where s.kind = 'NEIGHBOURHOOD_CENTRE' and f.compound_id is null and s.serves_compounds = '{}'`,
  },
  {
    name: 'spaces join spaces of their own facility',
    sql: `select p.id from space p, unnest(p.combines) c(id) where not exists (select 1 from space r where r.id = c.id and r.facility_id = p.facility_id)`,
  },
  {
    name: 'no space joins itself',
    sql: `with recursive below(top, id) as (select p.id, c.id from space p, unnest(p.combines) c(id)
        union select b.top, c.id from below b join space p on p.id = b.id, unnest(p.combines) c(id))
      select * from below where top = id`,
  },
  {
    name: 'every change of a facility has its event, and every event its change',
    sql: `select f.id from facility f where f.version - 1 <> (select count(*) from hub.event e where e.object_id = f.id and e.name in (${CHANGES}))`,
  },
  {
    name: 'every change of a space has its event',
    sql: `select p.id from space p where p.version <> (select count(*) from hub.event e where e.object_id = p.id)`,
  },
  {
    name: 'hours that are recorded are hours',
    sql: `select * from facility_state where opening_rules = '[]' and not exists (select 1 from jsonb_array_elements(opening_exceptions) e where (e ->> 'open')::boolean)`,
  },
  {
    name: 'of equal runs one waits',
    sql: `select parameters_hash from coverage_run where status = 'QUEUED' group by 1 having count(*) > 1`,
  },
];

/** Organization, which now and then knows no compound. */
function forgetful(): Graph {
  const others = organization();
  let asked = 0;
  const ask: Graph['ask'] = async (query, variables) => {
    others.isEmpty = ++asked % 4 === 0;
    return others.graph.ask(query, variables);
  };
  return { ...others.graph, ask };
}

export const stage: Stage = {
  definition,
  errors: ERRORS,
  async open() {
    const world = await testDatabase(definition);
    for (const [id, community, operator] of [
      ['F1', 'a', 'og1'],
      ['F2', 'b', 'og1'],
      ['F3', 'b', 'og2'],
      ['F4', 'c', null],
    ] as const) {
      await putFacility(world.owner, id, community, operator);
      await putState(world.owner, { id, usable: '100', gross: '200', rules: HOURS, lat: 34.6, lng: 112.4 });
      await putShare(world.owner, id, community, '1');
    }
    return { world, parts: { graph: forgetful() } };
  },
  callers: [CALLERS.staff, CALLERS.street, CALLERS.street, CALLERS.operator, CALLERS.department, CALLERS.lead, CALLERS.resident],
  commands,
  invariants,
  later: {},
};
