import type { CommandContext } from '../../../shared/src/command.ts';
import type { EditionHead } from './area.rules.ts';
import type { RowRef } from './division.rules.ts';
import { type AreaVersionRow, type DivisionRow, registryTables } from './lineage.rules.ts';
import type { MembershipRow } from './membership.rules.ts';
import { type KeptRegistry, readRegistry } from './registry.read.ts';
import type { Registry } from './registry.rules.ts';
import { type StoredArea, type StoredChange, type StoredRegistry, storedRegistry } from './stored.rules.ts';

/** Registrars decide one after the other: each decision rests on all before it. */
const LOCK = 'select pg_advisory_xact_lock(4103052002)';

/** From here on to the end of the command nobody else decides. */
export const waitForRegistry = (ctx: CommandContext): Promise<object[]> => ctx.rows(LOCK);

/**
 * Lets a registrar's command work on the registry, and keeps what follows from it: proposals, decisions, places, versions and memberships, by the
 * same rules by which a seed is made (§3.2). Rows that did not change are not touched.
 */
export async function inRegistry<T>(ctx: CommandContext, work: (registry: Registry) => T): Promise<T> {
  await waitForRegistry(ctx);
  const before = await readRegistry(ctx);
  const done = work(before.registry);
  await keep(ctx, before);
  return done;
}

async function keep(ctx: CommandContext, { registry, kept }: KeptRegistry): Promise<void> {
  const now = storedRegistry(registryTables(registry));
  await keepEditions(ctx, registry.editions);
  await keepRows(
    ctx,
    differing(now.rows, kept.rows, ROW, ({ edition, code }) => `${edition}:${code}`),
  );
  await keepAreas(
    ctx,
    differing(now.areas, kept.areas, AREA, ({ id }) => id),
  );
  await keepVersions(ctx, now.versions, kept.versions);
  await keepMemberships(ctx, now.memberships, kept.memberships);
  await keepChanges(ctx, now, kept);
}

const ROW = ['areaId', 'presumedAreaId'] as const;
const AREA = ['code', 'name', 'shortName', 'kind', 'parentId', 'closedOn', 'isUndecided'] as const;
const VERSION = ['code', 'name', 'kind', 'parentCode', 'validFrom', 'validTo', 'editionFrom', 'editionTo'] as const;
const MEMBERSHIP = ['streetId', 'districtId', 'recordedFrom', 'recordedTo', 'current'] as const;
const CHANGE = ['kind', 'alsoKinds', 'predecessorIds', 'areaIds', 'effectiveOn', 'status', 'decidedAt', 'note'] as const;

/** A row's values as one text, to be compared. */
const textOf = <T>(row: T, columns: readonly (keyof T)[]): string => JSON.stringify(columns.map((column) => row[column]));

/** Rows that are new, or differ in these columns from what is kept. */
function differing<T>(rows: readonly T[], kept: readonly T[], columns: readonly (keyof T)[], keyOf: (row: T) => string): T[] {
  const before = new Map(kept.map((row) => [keyOf(row), textOf(row, columns)]));
  return rows.filter((row) => before.get(keyOf(row)) !== textOf(row, columns));
}

/** Ids of the things whose rows differ, some gone or more than before included. */
function changedTimelines<T>(rows: readonly T[], kept: readonly T[], columns: readonly (keyof T)[], keyOf: (row: T) => string): string[] {
  const timelines = (all: readonly T[]): Map<string, string> =>
    new Map([...Map.groupBy(all, keyOf)].map(([id, own]) => [id, own.map((row) => textOf(row, columns)).join()]));
  const [before, now] = [timelines(kept), timelines(rows)];
  return [...new Set([...before.keys(), ...now.keys()])].filter((id) => before.get(id) !== now.get(id));
}

async function keepEditions(ctx: CommandContext, editions: Registry['editions']): Promise<void> {
  const heads = editions.map(({ rows, ...head }): EditionHead & { rowCount: number } => ({ ...head, rowCount: rows.length }));
  await ctx.rows(
    `insert into division_edition (year, cutoff_date, published_on, source, license, checksum, row_count)
     select e.year, e."cutoffDate", e."publishedOn", e.source, e.license, e.checksum, e."rowCount"
     from jsonb_to_recordset($1::jsonb) e(year int, "cutoffDate" date, "publishedOn" date, source text, license text, checksum text, "rowCount" int)
     on conflict do nothing`,
    [JSON.stringify(heads)],
  );
}

async function keepRows(ctx: CommandContext, rows: readonly DivisionRow[]): Promise<void> {
  if (rows.length === 0) return;
  await ctx.rows(
    `insert into division_row (edition, code, name, kind, parent_code, area_id, presumed_area_id)
     select r.edition, r.code, r.name, r.kind, r."parentCode", r."areaId", r."presumedAreaId"
     from jsonb_to_recordset($1::jsonb) r(edition int, code text, name text, kind text, "parentCode" text, "areaId" text, "presumedAreaId" text)
     on conflict (edition, code) do update set area_id = excluded.area_id, presumed_area_id = excluded.presumed_area_id`,
    [JSON.stringify(rows)],
  );
}

async function keepAreas(ctx: CommandContext, areas: readonly StoredArea[]): Promise<void> {
  if (areas.length === 0) return;
  await ctx.rows(
    `insert into area (id, code, name, short_name, kind, parent_id, closed_on, is_undecided)
     select a.id, a.code, a.name, a."shortName", a.kind, a."parentId", a."closedOn", a."isUndecided"
     from jsonb_to_recordset($1::jsonb)
       a(id text, code text, name text, "shortName" text, kind text, "parentId" text, "closedOn" date, "isUndecided" boolean)
     on conflict (id) do update set code = excluded.code, name = excluded.name, short_name = excluded.short_name, kind = excluded.kind,
       parent_id = excluded.parent_id, closed_on = excluded.closed_on, is_undecided = excluded.is_undecided`,
    [JSON.stringify(areas)],
  );
}

/** A place's timeline is written whole: its codes may have been given up and taken. */
async function keepVersions(ctx: CommandContext, now: readonly AreaVersionRow[], kept: readonly AreaVersionRow[]): Promise<void> {
  const changed = new Set(changedTimelines(now, kept, VERSION, ({ areaId }) => areaId));
  if (changed.size === 0) return;
  await ctx.rows('delete from area_version where area_id = any($1)', [[...changed]]);
  await ctx.rows(
    `insert into area_version (area_id, valid_from, valid_to, code, name, kind, parent_code, edition_from, edition_to)
     select v."areaId", v."validFrom", v."validTo", v.code, v.name, v.kind, v."parentCode", v."editionFrom", v."editionTo"
     from jsonb_to_recordset($1::jsonb) v("areaId" text, "validFrom" date, "validTo" date, code text, name text, kind text, "parentCode" text,
       "editionFrom" int, "editionTo" int)`,
    [JSON.stringify(now.filter(({ areaId }) => changed.has(areaId)))],
  );
}

async function keepMemberships(ctx: CommandContext, now: readonly MembershipRow[], kept: readonly MembershipRow[]): Promise<void> {
  const changed = new Set(changedTimelines(now, kept, MEMBERSHIP, ({ communityId }) => communityId));
  if (changed.size === 0) return;
  await ctx.rows('delete from membership where community_id = any($1)', [[...changed]]);
  await ctx.rows(
    `insert into membership (community_id, street_id, district_id, recorded_from, recorded_to, current)
     select m."communityId", m."streetId", m."districtId", m."recordedFrom", m."recordedTo", m.current
     from jsonb_to_recordset($1::jsonb)
       m("communityId" text, "streetId" text, "districtId" text, "recordedFrom" date, "recordedTo" date, current boolean)`,
    [JSON.stringify(now.filter(({ communityId }) => changed.has(communityId)))],
  );
}

const UPSERT_CHANGES = `insert into area_change (id, kind, also_kinds, edition_from, edition_to, from_rows, to_rows, candidate_rows, predecessor_ids,
    area_ids, effective_on, status, rule, bulk_allowed, decided_at, note, confirmed_by_id)
  select c.id, c.kind, c."alsoKinds", c."editionFrom", c."editionTo", c."fromRows", c."toRows", c."candidateRows", c."predecessorIds",
    c."areaIds", c."effectiveOn", c.status, c.rule, c."bulkAllowed", c."decidedAt", c.note, case when c.status <> 'PROPOSED' then $2::text end
  from jsonb_to_recordset($1::jsonb) c(id text, kind text, "alsoKinds" text[], "editionFrom" int, "editionTo" int, "fromRows" jsonb,
    "toRows" jsonb, "candidateRows" jsonb, "predecessorIds" text[], "areaIds" text[], "effectiveOn" date, status text, rule text,
    "bulkAllowed" boolean, "decidedAt" timestamptz, note text)
  on conflict (id) do update set kind = excluded.kind, also_kinds = excluded.also_kinds, from_rows = excluded.from_rows,
    candidate_rows = excluded.candidate_rows, predecessor_ids = excluded.predecessor_ids, area_ids = excluded.area_ids,
    effective_on = excluded.effective_on, status = excluded.status, decided_at = excluded.decided_at, note = excluded.note,
    confirmed_by_id = case when area_change.status = excluded.status then area_change.confirmed_by_id else excluded.confirmed_by_id end,
    version = area_change.version + 1`;

/** Writes the changes that differ, and tells of each that was decided. */
async function keepChanges(ctx: CommandContext, now: StoredRegistry, kept: StoredRegistry): Promise<void> {
  const rowsOf = (rows: readonly RowRef[]): string => rows.map(({ edition, code }) => `${edition}:${code}`).join();
  const textual = (all: readonly StoredChange[]) =>
    all.map((change) => ({ ...change, rows: [rowsOf(change.fromRows), rowsOf(change.candidateRows)].join('|') }));
  const changed = differing(textual(now.changes), textual(kept.changes), [...CHANGE, 'rows'], ({ id }) => id);
  if (changed.length === 0) return;
  await ctx.rows(UPSERT_CHANGES, [JSON.stringify(changed), ctx.claims.organization]);
  const before = new Map(kept.changes.map(({ id, status }) => [id, status]));
  const placeOf = new Map(now.rows.map((row) => [`${row.edition}:${row.code}`, row.areaId]));
  for (const { id, status, fromRows, toRows, effectiveOn } of changed) {
    if (status === 'PROPOSED' || status === before.get(id)) continue;
    ctx.record({
      name: status === 'CONFIRMED' ? 'area-change.confirmed' : 'area-change.rejected',
      objectType: 'AreaChange',
      objectId: id,
      areaId: placeOf.get(rowsOf([toRows[0] ?? fromRows[0]].filter((row) => row !== undefined))) ?? null,
      on: effectiveOn,
      from: before.get(id) ?? 'PROPOSED',
      to: status,
    });
  }
}
