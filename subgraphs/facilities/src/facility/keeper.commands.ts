import { holdsRole } from '../../../shared/src/access.ts';
import type { Claims, Role } from '../../../shared/src/claims.ts';
import type { CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { isOwn } from '../../../shared/src/scope.ts';
import { expectVersion } from '../../../shared/src/write.ts';
import { refuse } from '../errors.ts';
import { statusOn } from './facility.read.ts';

const OF_THE_PLACE: Role[] = ['COMMUNITY_STAFF', 'STREET_STAFF'];
const OF_THE_OPERATOR: Role[] = ['DEPARTMENT_STAFF', 'ORG_REPRESENTATIVE'];
/** Who may change a facility at all (§6.5): staff of its place (CS, SS), its operator (OP). */
export const KEEPERS: Role[] = [...OF_THE_PLACE, ...OF_THE_OPERATOR];

interface KeptPlace {
  communityId: string;
  operatorId: string | null;
}

/** @throws HubError OUT_OF_AREA_SCOPE for staff of another place, FORBIDDEN for another organization */
export function requireKeeper(ctx: Pick<Context, 'claims'>, { communityId, operatorId }: KeptPlace): void {
  const { claims } = ctx;
  if (isStaffOf(claims, communityId)) return;
  if (holdsRole(claims, OF_THE_OPERATOR) && isOwn(ctx, operatorId)) return;
  throw new HubError(holdsRole(claims, OF_THE_PLACE) ? 'OUT_OF_AREA_SCOPE' : 'FORBIDDEN');
}

const isStaffOf = (claims: Claims, communityId: string): boolean =>
  holdsRole(claims, OF_THE_PLACE) && claims.communities.includes(communityId);

/** A facility that a command is about to change. */
export interface KeptFacility extends KeptPlace {
  id: string;
  version: number;
  name: string;
  compoundId: string | null;
  openedOn: string | null;
  closedOn: string | null;
  /** Today's. */
  status: string;
  /** First day of its dated state. */
  since: string;
}

const KEPT = `f.id, f.version, f.name, f.community_id as "communityId", f.operator_id as "operatorId", f.compound_id as "compoundId",
  f.opened_on as "openedOn", f.closed_on as "closedOn"`;

/**
 * Takes a facility for the rest of the transaction; whatever belongs to it is changed under this lock alone.
 * @param expectedVersion the version that the caller saw; undefined where the command changes a part with a version of its own.
 * @throws HubError NOT_FOUND, OUT_OF_AREA_SCOPE, FORBIDDEN, VERSION_CONFLICT
 */
export async function takeFacility(
  ctx: CommandContext,
  id: string,
  expectedVersion: number | null | undefined,
  field: string,
): Promise<KeptFacility> {
  // Everybody may read it, but only who may change it can lock it.
  const [seen] = await ctx.rows<KeptPlace>(
    'select community_id as "communityId", operator_id as "operatorId" from facility where id = $1',
    [id],
  );
  if (!seen) throw refuse('NOT_FOUND', { field: [field] });
  requireKeeper(ctx, seen);
  const [locked] = await ctx.rows<Omit<KeptFacility, 'status' | 'since'>>(`select ${KEPT} from facility f where f.id = $1 for update`, [
    id,
  ]);
  if (!locked) throw refuse('NOT_FOUND', { field: [field] });
  if (expectedVersion !== undefined) expectVersion(locked.version, expectedVersion);
  const [state] = await ctx.rows<{ status: string; since: string }>(
    `select ${statusOn('$2::date')} as status, (select min(valid_from) from facility_state where facility_id = $1) as since
     from facility_state s where s.facility_id = $1 order by s.valid_from <= $2 desc, abs(s.valid_from - $2::date) limit 1`,
    [id, dateIn(ctx.at)],
  );
  if (!state) throw new Error(`facility ${id} has no state`);
  return { ...locked, ...state };
}
