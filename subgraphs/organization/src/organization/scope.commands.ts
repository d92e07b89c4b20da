import { holdsRole } from '../../../shared/src/access.ts';
import type { Context } from '../../../shared/src/context.ts';
import { HubError } from '../../../shared/src/errors.ts';

/**
 * May the caller found and change organizations of this place? One without a place is the district's.
 * @throws HubError OUT_OF_AREA_SCOPE
 */
export function requireArea({ claims }: Pick<Context, 'claims'>, areaId: string | null): void {
  if (holdsRole(claims, ['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'])) return;
  if (areaId === null || !claims.areas.includes(areaId)) throw new HubError('OUT_OF_AREA_SCOPE');
}
