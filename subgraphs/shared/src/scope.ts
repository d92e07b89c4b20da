/** Who may act where. The database keeps it as well (`row-policy.ts`); this says it in words. */
import { holdsRole } from './access.ts';
import type { Context } from './context.ts';
import { HubError } from './errors.ts';

/** Roles that act in the whole district. */
const UNBOUNDED = ['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'] as const;

/** May the caller act in this community? */
export const actsIn = ({ claims }: Pick<Context, 'claims'>, communityId: string): boolean =>
  claims.communities.includes(communityId) || holdsRole(claims, UNBOUNDED);

/** @throws HubError OUT_OF_AREA_SCOPE when the community is none of the caller's. */
export function requireCommunity(ctx: Pick<Context, 'claims'>, communityId: string): void {
  if (!actsIn(ctx, communityId)) throw new HubError('OUT_OF_AREA_SCOPE');
}

/** Is it the caller's own organization? */
export const isOwn = ({ claims }: Pick<Context, 'claims'>, organizationId: string | null): boolean =>
  organizationId !== null && claims.organization === organizationId;
