import { addDays } from '../../subgraphs/shared/src/domain/period.ts';
import type { CommandSpec, Play, Way } from '../commands/spec.ts';
import { before, someCompound, today } from './place-ways.ts';
import { PLACES } from './world.ts';

interface Org {
  id: string;
  version: number;
}
const [k1] = PLACES.communities;
const placeOf = ({ caller, dice }: Play): string =>
  dice.pick(caller.areas?.length ? caller.areas : [PLACES.district, ...PLACES.communities]);

const founding =
  (more: (play: Play) => Record<string, unknown> = () => ({})): Way =>
  async (play) => {
    const { dice } = play;
    const kind = dice.pick(['MERCHANT', 'STATIONED_UNIT', 'SOCIAL_ORGANIZATION', 'OTHER']);
    return { kind, name: `单位${dice.int(1, 400)}`, areaId: placeOf(play), effectiveOn: before(dice, 700), ...more(play) };
  };
const branch =
  (more: (play: Play, compoundId: string) => Record<string, unknown> = () => ({})): Way =>
  async (play) => {
    const found = await someCompound(play);
    const [parent] = found
      ? await play.rows<Org>(
          `select id from organization where kind = 'COMMUNITY_PARTY_ORG' and area_id = $1 and dissolved_on is null limit 1`,
          [found.areaId],
        )
      : [];
    if (!found || !parent) return null;
    const sizes = { partyMemberCount: play.dice.int(5, 60), fullMemberCount: play.dice.int(3, 5) };
    return {
      ...{ kind: 'COMPOUND_PARTY_BRANCH', name: `支部${play.dice.int(1, 300)}`, compoundIds: [found.id], parentId: parent.id, ...sizes },
      ...{ effectiveOn: before(play.dice, 300), ...more(play, found.id) },
    };
  };
/** A group of a building whose compound has a branch. */
const group =
  (where: string, more: Record<string, unknown> = {}): Way =>
  async ({ rows, dice }) => {
    const [found] = await rows<{ id: string; branchId: string }>(
      `select b.id, o.id as "branchId" from building b join organization_compound c on c.compound_id = b.compound_id and c.valid_to is null
       join organization o on o.id = c.organization_id and o.kind = 'COMPOUND_PARTY_BRANCH' and o.dissolved_on is null where ${where} order by random() limit 1`,
    );
    if (!found) return null;
    const sizes = { partyMemberCount: dice.int(1, 9), fullMemberCount: 1 };
    return {
      kind: 'BUILDING_PARTY_GROUP',
      name: `小组${dice.int(1, 900)}`,
      parentId: found.branchId,
      buildingIds: [found.id],
      ...sizes,
      effectiveOn: today(),
      ...more,
    };
  };
const GROUPED = 'exists (select 1 from building_group g where g.building_id = b.id and g.valid_to is null)';

export const createOrganization: CommandSpec = {
  name: 'createOrganization',
  ways: {
    valid: founding(),
    more: founding(),
    planned: founding(({ dice }) => ({ status: 'PLANNED', uscc: dice.chance(50) ? '91350211M000100Y43' : undefined })),
    branch: branch(),
    group: group(`not ${GROUPED}`),
    committee: async (play) => {
      const found = await someCompound(play);
      return found && { kind: 'OWNERS_COMMITTEE', name: `业委会${play.dice.int(1, 90)}`, compoundIds: [found.id], effectiveOn: today() };
    },
    PARENT_KIND_INVALID: branch(({ dice }) => ({ parentId: dice.pick([null, 'w1', 'pc']) })),
    BRANCH_TOO_SMALL: branch(() => ({ fullMemberCount: 2 })),
    JOINT_BRANCH_TOO_WIDE: async (play) => {
      const found = await play.rows<Org>(
        `select min(compound_id) as id from compound_state where valid_to is null group by community_id order by random() limit 2`,
      );
      return branch(() => ({ compoundIds: found.map(({ id }) => id) }))(play);
    },
    DUPLICATE_ORG: async (play) => {
      const [same] = await play.rows<Record<string, unknown>>(
        `select kind, name, area_id as "areaId" from organization where kind in ('MERCHANT', 'STATIONED_UNIT', 'OTHER') and dissolved_on is null
         and ($1::text[] = '{}' or area_id = any($1)) order by random() limit 1`,
        [play.caller.areas ?? []],
      );
      return same ? { ...same, effectiveOn: today() } : null;
    },
    secondCommittee: async () => ({
      kind: 'COMMUNITY_PARTY_ORG',
      name: '另一党委',
      partyLevel: 'COMMITTEE',
      areaId: k1,
      parentId: 'w1',
      effectiveOn: today(),
    }),
    BUILDING_ALREADY_GROUPED: group(GROUPED),
    VALIDATION_FAILED: founding(({ dice }) =>
      dice.pick<Record<string, unknown>>([
        { name: ' ' },
        { status: 'DISSOLVED' },
        { partyLevel: 'BRANCH' },
        { selfGovernanceKinds: ['SERVICE'] },
        { partyMemberCount: -1 },
      ]),
    ),
    NOT_FOUND: founding(({ dice }) => dice.pick([{ parentId: 'or_none' }, { areaId: 'ar_none' }, { compoundIds: ['cp_none'] }])),
  },
};

const ending =
  (where: string, more: (play: Play) => Record<string, unknown> = () => ({})): Way =>
  async (play) => {
    const [found] = await play.rows<Org>(
      `select o.id, o.version from organization o where ${where} and ($1::text[] = '{}' or o.area_id = any($1)) order by random() limit 1`,
      [play.caller.areas ?? []],
    );
    return found ? { id: found.id, expectedVersion: found.version, effectiveOn: today(), reason: '不再需要', ...more(play) } : null;
  };
const HELD = 'exists (select 1 from post p join appointment a on a.post_id = p.id where p.organization_id = o.id and a.valid_to is null)';
/** What the other ways build on stays. */
const PASSING = `(o.id like 'or_%' and random() < 0.5)`;

export const dissolveOrganization: CommandSpec = {
  name: 'dissolveOrganization',
  ways: {
    valid: ending(`${PASSING} and o.dissolved_on is null`),
    INVALID_TRANSITION: ending('o.dissolved_on is not null'),
    ORG_HAS_OPEN_ITEMS: ending(HELD),
    EFFECTIVE_DATE_INVALID: ending(`${PASSING} and o.dissolved_on is null`, () => ({ effectiveOn: '2010-01-01' })),
    VALIDATION_FAILED: ending('true', () => ({ reason: '' })),
    NOT_FOUND: ending('true', () => ({ id: 'or_none' })),
  },
};

const HOLDERS = ['o1', 'o2', 'o3', 'o4'];
/** Posts of each caller's places: 沟 has branch, committee and group, 湾 the unit. */
const postOf = ({ caller, dice }: Play): string => (caller.areas?.length === 1 ? 'po4' : dice.pick(['po1', 'po3', 'po4', 'po5']));
const appointing =
  (more: (play: Play) => Record<string, unknown> = () => ({})): Way =>
  async (play) => {
    const from = addDays('2021-07-01', play.dice.int(0, 1500));
    const to = addDays(from, play.dice.int(1, 60));
    return { postId: postOf(play), officeholderId: play.dice.pick(HOLDERS), from, to, method: 'ELECTED', ...more(play) };
  };
/** The same term as one that is there, for the same holder or another. */
const beside =
  (sameHolder: boolean): Way =>
  async (play) => {
    const [held] = await play.rows<{ postId: string; officeholderId: string; from: string; to: string | null }>(
      `select a.post_id as "postId", a.officeholder_id as "officeholderId", a.valid_from as "from", a.valid_to as "to" from appointment a join post p on p.id = a.post_id
       where ($1 or p.seats = 1) and ($2::text[] = '{}' or exists (select 1 from organization o where o.id = p.organization_id and o.area_id = any($2)))
       order by random() limit 1`,
      [sameHolder, play.caller.areas ?? []],
    );
    if (!held) return null;
    const other = play.dice.pick(HOLDERS.filter((id) => id !== held.officeholderId));
    return { ...held, officeholderId: sameHolder ? held.officeholderId : other, method: 'APPOINTED' };
  };

export const appointOfficeholder: CommandSpec = {
  name: 'appointOfficeholder',
  ways: {
    valid: appointing(),
    member: appointing(() => ({ postId: 'po3', to: null })),
    NO_SEAT: beside(false),
    APPOINTMENT_OVERLAP: beside(true),
    TERM_EXPIRED: appointing(({ dice }) => ({
      postId: dice.pick(['po2', 'po3']),
      ...dice.pick([{ from: '2021-03-01', to: '2021-04-01' }, { to: '2030-01-01' }]),
    })),
    EFFECTIVE_DATE_INVALID: appointing(({ dice }) =>
      dice.pick([
        { postId: 'po4', from: '2011-01-01' },
        { postId: 'po4', to: '2021-07-01' },
      ]),
    ),
    VALIDATION_FAILED: appointing(() => ({ postId: 'po4', isPartyMember: true })),
    NOT_FOUND: appointing(({ dice }) => dice.pick([{ postId: 'po_none' }, { officeholderId: 'oh_none' }])),
  },
};

const leaving =
  (more: (play: Play, from: string) => Record<string, unknown>): Way =>
  async (play) => {
    const [held] = await play.rows<Org & { from: string }>(
      `select id, version, valid_from as "from" from appointment where valid_to is null or valid_to > valid_from + 1 order by random() limit 1`,
    );
    return held
      ? { id: held.id, expectedVersion: held.version, effectiveOn: addDays(held.from, play.dice.int(1, 20)), ...more(play, held.from) }
      : null;
  };

export const endAppointment: CommandSpec = {
  name: 'endAppointment',
  ways: {
    valid: leaving(() => ({ reason: '调离' })),
    EFFECTIVE_DATE_INVALID: leaving((_, from) => ({ effectiveOn: from })),
    VERSION_CONFLICT: leaving(() => ({ expectedVersion: 99 })),
    NOT_FOUND: leaving(() => ({ id: 'ap_none' })),
  },
};

const yearly =
  (more: (play: Play, before: { noticeRef: string | null; status: string | null }) => Record<string, unknown>): Way =>
  async (play) => {
    const year = play.dice.int(2030, 2036);
    type Kept = { version: number; noticeRef: string | null; status: string };
    const [kept] = await play.rows<Kept>('select version, notice_ref as "noticeRef", status from work_calendar where year = $1', [year]);
    const holidays = [{ date: `${year}-0${play.dice.int(1, 9)}-01`, name: '假' }];
    const version = kept ? { expectedVersion: kept.version } : {};
    return {
      year,
      status: 'PUBLISHED',
      noticeRef: `第${play.dice.int(1, 9999)}号`,
      holidays,
      makeUpWorkdays: [],
      ...version,
      ...more(play, kept ?? { noticeRef: null, status: null }),
    };
  };

export const setWorkCalendar: CommandSpec = {
  name: 'setWorkCalendar',
  ways: {
    valid: yearly(() => ({})),
    provisional: yearly(() => ({ status: 'PROVISIONAL', noticeRef: null })),
    CALENDAR_LOCKED: yearly((_, { noticeRef }) => ({ noticeRef: noticeRef ?? '初号' })),
    NOTICE_REQUIRED: yearly(() => ({ noticeRef: null })),
    VALIDATION_FAILED: yearly(({ dice }) =>
      dice.pick<Record<string, unknown>>([{ holidays: [{ date: '2020-01-01', name: '假' }] }, { year: 9999 }]),
    ),
    VERSION_CONFLICT: yearly(() => ({ expectedVersion: 77 })),
  },
};
