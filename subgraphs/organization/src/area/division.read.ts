import type { Context } from '../../../shared/src/context.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { batched } from '../../../shared/src/loader.ts';
import { connection, type PageArgs } from '../../../shared/src/page.ts';
import type { RowRef } from './area.entity.ts';
import { areaById, byId, findArea } from './area.read.ts';
import type { AreaChangeFilter, AreaChangeKind, ChangeStatus, MatchRule } from './division.type.ts';

/** A whole official list, and how much of it a registrar has still to decide. */
export interface EditionRow {
  year: number;
  cutoffDate: string;
  publishedOn: string | null;
  source: string;
  license: string;
  checksum: string;
  rowCount: number;
  undecidedCount: number;
}

const EDITION = `select e.year, e.cutoff_date as "cutoffDate", e.published_on as "publishedOn", e.source, e.license, e.checksum,
  e.row_count as "rowCount",
  (select count(*)::int from area_change c where c.edition_to = e.year and c.status = 'PROPOSED') as "undecidedCount"
  from division_edition e`;

export const editions = (ctx: Context): Promise<EditionRow[]> => ctx.rows<EditionRow>(`${EDITION} order by e.year`);

export const editionOf = async (ctx: Context, year: number): Promise<EditionRow | null> =>
  (await ctx.rows<EditionRow>(`${EDITION} where e.year = $1`, [year]))[0] ?? null;

export interface SnapshotRow {
  code: string;
  name: string;
  kind: string;
  parentCode: string | null;
  areaId: string | null;
}

/**
 * `divisionSnapshot(edition)`: exactly the edition's rows, by code (§4.2).
 * @throws HubError EDITION_UNKNOWN
 */
export async function snapshot(ctx: Context, edition: number, page: PageArgs) {
  const rows = await connection<SnapshotRow>(ctx, {
    name: 'divisionSnapshot',
    select: 'r.code, r.name, r.kind, r.parent_code as "parentCode", r.area_id as "areaId"',
    from: 'division_row r',
    where: 'r.edition = $1',
    params: [edition],
    order: [{ sql: 'r.code', type: 'text' }],
    ...page,
  });
  if (rows.nodes.length === 0 && !page.after && !(await editionOf(ctx, edition))) throw new HubError('EDITION_UNKNOWN', { edition });
  return rows;
}

export interface ChangeRow {
  id: string;
  kind: AreaChangeKind;
  alsoKinds: AreaChangeKind[];
  fromRows: RowRef[];
  toRows: RowRef[];
  candidateRows: RowRef[];
  predecessorIds: string[];
  /** Every place that it may be of. */
  areaIds: string[];
  effectiveOn: string;
  status: ChangeStatus;
  rule: MatchRule;
  bulkAllowed: boolean;
  confirmedById: string | null;
  decidedAt: string | null;
  note: string | null;
  version: number;
}

const CHANGE = `c.id, c.kind, c.also_kinds as "alsoKinds", c.from_rows as "fromRows", c.to_rows as "toRows",
  c.candidate_rows as "candidateRows", c.predecessor_ids as "predecessorIds", c.area_ids as "areaIds", c.effective_on as "effectiveOn", c.status, c.rule,
  c.bulk_allowed as "bulkAllowed", c.confirmed_by_id as "confirmedById", c.decided_at as "decidedAt", c.note, c.version`;

export const changeById = batched<string, ChangeRow>(async (ctx, ids) =>
  byId(await ctx.rows<ChangeRow>(`select ${CHANGE} from area_change c where c.id = any($1)`, [ids])),
);

/** As they stand in the present transaction, in no order. */
export const changesByIds = (ctx: Context, ids: readonly string[]): Promise<ChangeRow[]> =>
  ctx.rows<ChangeRow>(`select ${CHANGE} from area_change c where c.id = any($1)`, [ids]);

/** Confirmed changes of a place, oldest first (沿革). */
export const lineageOf = batched<string, ChangeRow[]>(async (ctx, ids) => {
  const rows = await ctx.rows<ChangeRow & { areaId: string }>(
    `select a.id as "areaId", ${CHANGE} from unnest($1::text[]) a(id)
     join area_change c on c.area_ids @> array[a.id] and c.status = 'CONFIRMED' order by c.effective_on, c.id`,
    [ids],
  );
  return Map.groupBy(rows, (row) => row.areaId);
});

/** `divisionChanges(filter)`: by day and id. */
export async function listChanges(ctx: Context, filter: AreaChangeFilter | null | undefined, page: PageArgs) {
  const { editionFrom, editionTo, statuses, kinds, areaCode, bulkAllowed } = filter ?? {};
  const place = areaCode ? await findArea(ctx, null, areaCode) : null;
  return connection<ChangeRow>(ctx, {
    name: 'divisionChanges',
    select: CHANGE,
    from: 'area_change c',
    where: `($1::int is null or c.edition_from = $1) and ($2::int is null or c.edition_to = $2)
      and ($3::text[] is null or c.status = any($3)) and ($4::text[] is null or c.kind = any($4) or c.also_kinds && $4)
      and ($5::text is null or c.area_ids @> array[$6::text] or c.from_rows @> $7::jsonb or c.to_rows @> $7::jsonb)
      and ($8::boolean is null or c.bulk_allowed = $8)`,
    params: [
      editionFrom ?? null,
      editionTo ?? null,
      statuses ?? null,
      kinds ?? null,
      areaCode ?? null,
      place?.id ?? null,
      JSON.stringify([{ code: areaCode ?? '' }]),
      bulkAllowed ?? null,
    ],
    order: [
      { sql: 'c.effective_on', type: 'date' },
      { sql: 'c.id', type: 'text' },
    ],
    ...page,
  });
}

const keyOf = ({ edition, code }: Pick<RowRef, 'edition' | 'code'>): string => `${edition}:${code}`;

const areaIdOfRow = batched<Pick<RowRef, 'edition' | 'code'>, string>(async (ctx, refs) => {
  const rows = await ctx.rows<{ edition: number; code: string; areaId: string }>(
    `select r.edition, r.code, r.area_id as "areaId" from unnest($1::int[], $2::text[]) k(edition, code)
     join division_row r on r.edition = k.edition and r.code = k.code where r.area_id is not null`,
    [refs.map(({ edition }) => edition), refs.map(({ code }) => code)],
  );
  return new Map(rows.map((row) => [keyOf(row), row.areaId]));
}, keyOf);

/** The place to which a row of an edition belongs; null while that is undecided. */
export async function areaOfRow(ctx: Context, ref: RowRef) {
  const id = await areaIdOfRow(ctx, ref);
  return id && areaById(ctx, id);
}
