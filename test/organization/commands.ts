import { ERRORS } from '../../subgraphs/organization/src/errors.ts';
import { definition } from '../../subgraphs/organization/src/subgraph.ts';
import type { FileStore } from '../../subgraphs/shared/src/files.store.ts';
import type { CommandSpec, Invariant, Stage } from '../commands/spec.ts';
import { confirmAreaChange, confirmAreaChanges, loadDivisionEdition, rejectAreaChange } from './division-ways.ts';
import { appointOfficeholder, createOrganization, dissolveOrganization, endAppointment, setWorkCalendar } from './organization-ways.ts';
import { recordAreaStat, transferCompound, upsertBuilding, upsertCompound } from './place-ways.ts';
import { CALLERS, openWorld } from './world.ts';

let store: FileStore | null = null;
const files = (): FileStore => {
  if (!store) throw new Error('the world is not open');
  return store;
};

const twice = (spec: CommandSpec): CommandSpec[] => [spec, spec];

/** Those with more ways to go wrong are sent more. */
export const commands: readonly CommandSpec[] = [
  loadDivisionEdition(files),
  ...twice(confirmAreaChange),
  confirmAreaChanges,
  rejectAreaChange,
  ...twice(recordAreaStat),
  ...twice(upsertCompound),
  transferCompound,
  ...twice(upsertBuilding),
  ...twice(createOrganization),
  createOrganization,
  ...twice(dissolveOrganization),
  ...twice(appointOfficeholder),
  endAppointment,
  ...twice(setWorkCalendar),
];

/** The rows of a dated table that leave a gap or a day on which nothing holds, unless they may end. */
const gaps = (table: string, key: string): string =>
  `select * from (select ${key}, valid_to, lead(valid_from) over (partition by ${key} order by valid_from) as next from ${table}) s
   where valid_to is distinct from next`;

export const invariants: readonly Invariant[] = [
  { name: 'states of a compound follow each other without a gap', sql: gaps('compound_state', 'compound_id') },
  { name: 'states of a building follow each other without a gap', sql: gaps('building_state', 'building_id') },
  { name: 'states of an organization follow each other without a gap', sql: gaps('organization_state', 'organization_id') },
  {
    name: 'every compound and every building has a state, and every state its thing',
    sql: `select id from compound where id not in (select compound_id from compound_state)
      union all select id from building where id not in (select building_id from building_state)
      union all select compound_id from compound_state where compound_id not in (select id from compound)`,
  },
  {
    name: 'a building is numbered below its compound',
    sql: 'select b.id from building b join compound c on c.id = b.compound_id where left(b.code, 15) <> c.code',
  },
  {
    name: 'no code is borne by one and was by another',
    sql: `select f.code from former_code f join compound c on c.code = f.code where c.id <> f.object_id
      union all select f.code from former_code f join building b on b.code = f.code where b.id <> f.object_id`,
  },
  {
    name: 'a name is once in its community',
    sql: `select s.community_id, regexp_replace(normalize(lower(c.name), nfkc), '\\s', '', 'g') from compound c
      join compound_state s on s.compound_id = c.id and s.valid_to is null group by 1, 2 having count(*) > 1`,
  },
  {
    name: 'managers fit',
    sql: `select s.compound_id from compound_state s join organization o on o.id = s.company_id where o.kind <> 'PROPERTY_COMPANY'`,
  },
  {
    name: 'counts of a community agree with each other',
    sql: `select area_id from area_stat where residents60_plus > population or residents65_plus > residents60_plus
      or coalesce(residents65_plus, 0) + coalesce(children0to14, 0) > population or households < 0`,
  },
  {
    name: 'seats are not exceeded on any day',
    sql: `select p.id, d.valid_from from post p join appointment d on d.post_id = p.id
      join appointment a on a.post_id = p.id and a.valid_from <= d.valid_from and (a.valid_to is null or d.valid_from < a.valid_to)
      where d.valid_from < coalesce(d.valid_to, 'infinity') group by p.id, p.seats, d.id, d.valid_from having count(distinct a.id) > p.seats`,
  },
  {
    name: 'posts of an owners’ committee lie within a term',
    sql: `select a.id from appointment a join post p on p.id = a.post_id and p.code like 'OC_%' where not exists (select 1 from owners_committee t
      where t.organization_id = p.organization_id and t.term_starts_on <= a.valid_from and a.valid_to <= t.expires_on)`,
  },
  {
    name: 'Party membership is kept of those alone whom a rule needs',
    sql: `select a.id from appointment a join post p on p.id = a.post_id
      where a.is_party_member is not null and p.code not in ('PARTY_SECRETARY', 'OC_CHAIR', 'OC_VICE_CHAIR')`,
  },
  {
    name: 'a place has one ACTIVE community Party organization, a compound one owners’ committee',
    sql: `select o.area_id from organization o join organization_state s on s.organization_id = o.id and s.status = 'ACTIVE' and s.valid_to is null
      where o.kind = 'COMMUNITY_PARTY_ORG' group by 1 having count(*) > 1
      union all select c.compound_id from organization o join organization_state s on s.organization_id = o.id and s.status = 'ACTIVE' and s.valid_to is null
      join organization_compound c on c.organization_id = o.id and c.valid_to is null where o.kind = 'OWNERS_COMMITTEE' group by 1 having count(*) > 1`,
  },
  {
    name: 'what is dissolved has no compound, building or holder any more, and says so',
    sql: `select o.id from organization o where (o.dissolved_on is not null) <> exists (select 1 from organization_state s
        where s.organization_id = o.id and s.status = 'DISSOLVED' and s.valid_to is null)
      union all select c.organization_id from organization_compound c join organization o on o.id = c.organization_id where o.dissolved_on < coalesce(c.valid_to, 'infinity')
      union all select g.group_id from building_group g join organization o on o.id = g.group_id where o.dissolved_on < coalesce(g.valid_to, 'infinity')
      union all select o.id from organization o join post p on p.organization_id = o.id join appointment a on a.post_id = p.id
        where o.dissolved_on < coalesce(a.valid_to, 'infinity')`,
  },
  {
    name: 'a branch and a group have members of places, and a branch full members',
    sql: `select o.id from organization o where o.kind = 'COMPOUND_PARTY_BRANCH' and o.id like 'or_%' and (o.full_member_count < 3
        or not exists (select 1 from organization_compound c where c.organization_id = o.id))
      union all select o.id from organization o where o.kind = 'BUILDING_PARTY_GROUP' and not exists (select 1 from building_group g where g.group_id = o.id)`,
  },
  {
    name: 'a decided change says when, and each decision has its event',
    sql: `select c.id from area_change c where (c.status = 'PROPOSED') <> (c.decided_at is null)
        or (c.status <> 'PROPOSED') <> exists (select 1 from hub.event e where e.object_id = c.id
          and e.name = case c.status when 'CONFIRMED' then 'area-change.confirmed' else 'area-change.rejected' end)`,
  },
  {
    name: 'every edition after the first has its event, rows and file',
    sql: `select e.year from division_edition e where e.row_count <> (select count(*) from division_row r where r.edition = e.year)
      or (e.source <> 'test' and (not exists (select 1 from hub.event v where v.object_id = e.year::text and v.name = 'edition.loaded')
        or not exists (select 1 from hub.file_link l where l.object_id = e.year::text)))`,
  },
  {
    name: 'a community belongs to one street a day, and one row is current',
    sql: `select community_id from membership group by 1 having count(*) filter (where current) <> 1
      union all select m.community_id from membership m where not exists (select 1 from area a where a.id = m.street_id)`,
  },
  {
    name: 'a place is what its last version says',
    sql: `select a.id from area a join lateral (select * from area_version v where v.area_id = a.id order by v.valid_from desc limit 1) v on true
      where (a.code, a.name, a.kind) <> (v.code, v.name, v.kind) or a.closed_on is distinct from v.valid_to
      union all select id from area where id not in (select area_id from area_version)`,
  },
  {
    name: 'a row of an edition that belongs to a place belongs to one that is there',
    sql: 'select r.code from division_row r where r.area_id is not null and not exists (select 1 from area a where a.id = r.area_id)',
  },
  {
    name: 'a published year has its notice, and every change of a year its event',
    sql: `select year from work_calendar c where (status = 'PUBLISHED' and notice_ref is null)
      or c.version <> (select count(*) from hub.event e where e.object_type = 'WorkCalendar' and e.object_id = c.year::text)`,
  },
  {
    name: 'every compound that was made or changed has its event',
    sql: `select c.id from compound c where c.version - (c.id not like 'cp_%')::int
      <> (select count(*) from hub.event e where e.object_id = c.id)`,
  },
  {
    name: 'an event names no holder',
    sql: `select id from hub.event where object_id in (select id from officeholder) or other_id in (select id from officeholder)`,
  },
];

export const stage: Stage = {
  definition,
  errors: ERRORS,
  async open() {
    const opened = await openWorld();
    store = opened.world.files;
    return opened;
  },
  // The registrar may do everything here; the others are refused most of it.
  callers: [
    ...Array(20).fill(CALLERS.registrar),
    ...[CALLERS.street, CALLERS.street, CALLERS.street, CALLERS.community, CALLERS.community],
    ...[CALLERS.lead, CALLERS.resident],
  ],
  commands,
  invariants,
  later: {},
};
