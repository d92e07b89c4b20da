import type { Transaction } from '../../../shared/src/database.ts';
import type { Edition, EditionHead } from './area.rules.ts';
import type { AreaVersionRow, DivisionRow } from './lineage.rules.ts';
import type { MembershipRow } from './membership.rules.ts';
import { Registry } from './registry.rules.ts';
import { changeOf, type StoredArea, type StoredChange, type StoredRegistry } from './stored.rules.ts';

type Rows = Pick<Transaction, 'rows'>;

const EDITIONS = `select e.year, e.cutoff_date as "cutoffDate", e.published_on as "publishedOn", e.source, e.license, e.checksum
  from division_edition e order by e.year`;
const ROWS = `select r.edition, r.code, r.name, r.kind, r.parent_code as "parentCode", r.area_id as "areaId",
  r.presumed_area_id as "presumedAreaId" from division_row r order by r.edition, r.code`;
const AREAS = `select a.id, a.code, a.name, a.short_name as "shortName", a.kind, a.parent_id as "parentId", a.closed_on as "closedOn",
  a.is_undecided as "isUndecided" from area a`;
const VERSIONS = `select v.area_id as "areaId", v.code, v.name, v.kind, v.parent_code as "parentCode", v.valid_from as "validFrom",
  v.valid_to as "validTo", v.edition_from as "editionFrom", v.edition_to as "editionTo" from area_version v order by v.area_id, v.valid_from`;
const MEMBERSHIPS = `select m.community_id as "communityId", m.street_id as "streetId", m.district_id as "districtId",
  m.recorded_from as "recordedFrom", m.recorded_to as "recordedTo", m.current from membership m order by m.community_id, m.recorded_from nulls first`;
const CHANGES = `select c.id, c.kind, c.also_kinds as "alsoKinds", c.edition_from as "editionFrom", c.edition_to as "editionTo",
  c.from_rows as "fromRows", c.to_rows as "toRows", c.candidate_rows as "candidateRows", c.predecessor_ids as "predecessorIds",
  c.area_ids as "areaIds", c.effective_on as "effectiveOn", c.status, c.rule, c.bulk_allowed as "bulkAllowed", c.decided_at as "decidedAt", c.note
  from area_change c`;

/** The registry as it was kept, to go on with, and the rows of its tables as they stand. */
export interface KeptRegistry {
  registry: Registry;
  kept: StoredRegistry;
}

/** Reads the whole registry: some ten thousand rows, for the few commands that decide on divisions. */
export async function readRegistry({ rows: read }: Rows): Promise<KeptRegistry> {
  const heads = await read<EditionHead>(EDITIONS);
  const rows = await read<DivisionRow>(ROWS);
  const changes = await read<StoredChange>(CHANGES);
  const kept = {
    rows,
    changes,
    areas: await read<StoredArea>(AREAS),
    versions: await read<AreaVersionRow>(VERSIONS),
    memberships: await read<MembershipRow>(MEMBERSHIPS),
  };
  const rowsOf = Map.groupBy(rows, ({ edition }) => edition);
  const editions = heads.map((head): Edition => ({ ...head, rows: rowsOf.get(head.year) ?? [] }));
  return { registry: Registry.restore(editions, changes.map(changeOf)), kept };
}
