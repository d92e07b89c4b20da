import { holdsRole, RESIDENTS } from '../../../shared/src/access.ts';
import type { Role } from '../../../shared/src/claims.ts';
import { now } from '../../../shared/src/clock.ts';
import type { Context } from '../../../shared/src/context.ts';
import { type Crs, convert, type GeoPoint } from '../../../shared/src/domain/geo.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { type FileLink, type FileRow, filesOf } from '../../../shared/src/files.ts';
import { type Connection, connection, type PageArgs } from '../../../shared/src/page.ts';
import { type Ref, ref } from '../area/area.read.ts';
import { type CaseState, isTerminal } from '../case/state.rules.ts';
import type { Words } from './secret.read.ts';
import { readingAsService } from './service.read.ts';

/** Who takes in and triages the cases of a place. */
const TRIAGERS: Role[] = ['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'];
/** The chain (§7.1): triagers, and who may hold an order. */
export const CHAIN_ROLES: Role[] = [...TRIAGERS, 'DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'];

/** Residents, and who takes a report for one (§7.9). */
export const REPORTERS: Role[] = [...RESIDENTS, ...TRIAGERS, 'NEIGHBOUR_LEAD', 'GRID_WORKER'];

/** A report as the chain reads it; what the caller may not see is null. */
export interface ReportRow {
  id: string;
  caseId: string;
  categoryId: string | null;
  building: Ref | null;
  place: Words['place'];
  point: Words['location'];
  text: string | null;
  followUps: FollowUpRow[];
  attachments: Attachment[];
  [field: string]: unknown;
}
/** Pictures lost what they say beside themselves when they were uploaded; what they show nobody has taken out. */
interface Attachment {
  file: FileRow;
  exifStripped: boolean;
  redacted: false;
}
interface FollowUpRow {
  reportId: string;
  round: number;
  [field: string]: unknown;
}

/** What somebody sees of the reports behind a case (§10.4). */
interface Sight {
  /** Reads them by his place, under the row scope; else by an order of his organization. */
  triages: boolean;
  /** The words as they were written. */
  inFull: boolean;
  /** Building, place and point, and the files that came with it, which may show who somebody is. */
  exactly: boolean;
}

const CASE = `select c.state, c.community_id as "communityId",
    exists (select 1 from dispatch_order o where o.case_id = c.id and o.to_id = $2 and o.status in ('SENT', 'ACCEPTED')) as handles,
    exists (select 1 from dispatch_order o where o.case_id = c.id and o.to_id = $2 and o.role = 'LEAD' and o.status = 'ACCEPTED'
      and o.contact_needed) as contacts
  from grievance_case c where c.id = $1`;

/** Null for a case that the caller does not see, or no longer handles. */
async function sightOf(ctx: Context, caseId: string): Promise<Sight | null> {
  const { claims } = ctx;
  type Row = { state: CaseState; communityId: string; handles: boolean; contacts: boolean };
  const [found] = await ctx.rows<Row>(CASE, [caseId, claims.organization]);
  if (!found) return null;
  const triages = holdsRole(claims, TRIAGERS) && claims.communities.includes(found.communityId);
  if (!triages && !found.handles) return null;
  return { triages, inFull: found.contacts || (triages && !isTerminal(found.state)), exactly: found.contacts || triages };
}

const COLUMNS = `r.id, r.receipt_no as "receiptNo", r.kind, r.channel, r.anonymity, r.received_at as "receivedAt", r.category_id as "categoryId",
  ${ref('r.community_id')} as area, ${ref('r.compound_id')} as compound, ${ref('r.building_id')} as building, r.title,
  r.redacted_text as "redactedText", r.respond_by as "respondBy", r.responded_at as "respondedAt", r.case_id as "caseId"`;

/**
 * The reports behind a case, for the chain alone and written down before they are read (§7.9, §10.3 S2).
 * @returns null for a case that the caller does not see
 * @throws HubError PURPOSE_REQUIRED unless the purpose is the case
 */
export async function caseReports(ctx: Context, caseId: string, page: PageArgs): Promise<Connection<ReportRow> | null> {
  if (ctx.claims.purpose !== caseId) throw new HubError('PURPOSE_REQUIRED', { purpose: 'caseId' });
  const sight = await sightOf(ctx, caseId);
  if (!sight) return null;
  await writeDown(ctx, caseId, sight);
  const reading = sight.triages ? ctx : readingAsService(ctx);
  const { nodes, pageInfo } = await connection<ReportRow>(reading, {
    name: 'caseReports',
    select: COLUMNS,
    from: 'report r',
    where: 'r.case_id = $1',
    params: [caseId],
    order: [
      { sql: 'r.received_at', type: 'timestamptz' },
      { sql: 'r.id', type: 'text' },
    ],
    ...page,
  });
  const ids = nodes.map(({ id }) => id);
  const [followUps, words, files] = await Promise.all([
    followUpsOf(reading, ids),
    wordsOf(ctx, sight, ids),
    Promise.all(ids.map((id) => (sight.exactly ? filesOf(ctx, id) : null))),
  ]);
  const parts = (id: string, index: number): Parts => ({
    followUps: followUps.get(id) ?? [],
    words: words.get(id) ?? null,
    files: files[index] ?? [],
  });
  return { nodes: nodes.map((row, index) => shown(row, sight, parts(row.id, index))), pageInfo };
}

/** As SERVICE, because a case may have moved since the vault noted its community; that it is the caller's to read was decided by its case. */
const wordsOf = (ctx: Context, { exactly }: Sight, ids: readonly string[]): Promise<Map<string, Words>> =>
  ctx.vault.readAsService<Words>(ctx, exactly ? ids : [], 'WORDS');

interface Parts {
  followUps: FollowUpRow[];
  words: Words | null;
  files: FileRow[];
}

const shown = (row: ReportRow, sight: Sight, { followUps, words, files }: Parts): ReportRow => ({
  ...row,
  building: sight.exactly ? row.building : null,
  place: sight.exactly ? (words?.place ?? null) : null,
  point: sight.exactly ? (words?.location ?? null) : null,
  text: sight.inFull ? (words?.text ?? null) : null,
  followUps,
  attachments: files.map((file) => ({ file, exifStripped: file.stripped, redacted: false })),
});

/**
 * Whether the caller may read a file that came with a report: the chain, as far as it sees where exactly it was, for the purpose of its case, and
 * written down (§10.4).
 */
export async function mayReadAttachment(ctx: Context, { objectType, objectId }: FileLink): Promise<boolean> {
  if (objectType !== 'Report' || !holdsRole(ctx.claims, CHAIN_ROLES)) return false;
  const [report] = await readingAsService(ctx).rows<{ caseId: string }>('select case_id as "caseId" from report where id = $1', [objectId]);
  if (!report || ctx.claims.purpose !== report.caseId) return false;
  const sight = await sightOf(ctx, report.caseId);
  if (!sight?.exactly) return false;
  await writeDown(ctx, report.caseId, sight);
  return true;
}

async function writeDown({ claims, write }: Context, caseId: string, { inFull }: Sight): Promise<void> {
  const at = now();
  const role = claims.roles.find((each) => CHAIN_ROLES.includes(each)) ?? null;
  await write(({ rows }) =>
    rows(`insert into report_access (id, at, case_id, organization_id, role, purpose, in_full) values ($1, $2, $3, $4, $5, $6, $7)`, [
      ...[newId('ra', at), at, caseId, claims.organization, role, claims.purpose, inFull],
    ]),
  );
}

/** Follow-ups under each report, the newest first. */
async function followUpsOf({ rows }: Pick<Context, 'rows'>, reportIds: readonly string[]): Promise<Map<string, FollowUpRow[]>> {
  const found = await rows<FollowUpRow>(
    `select report_id as "reportId", round, asked_at as "askedAt", asked_by as by, attempts, contacted, resolved, satisfaction,
       answered_at as "answeredAt", comment
     from follow_up where report_id = any($1) order by report_id, round desc`,
    [reportIds],
  );
  return Map.groupBy(found, (row) => row.reportId);
}

/** A point as it was given, in another system. */
export function pointIn(point: Words['location'], crs: Crs): (GeoPoint & { precision: string }) | null {
  return point && { ...convert(point, crs), precision: point.precision ?? 'BUILDING' };
}
