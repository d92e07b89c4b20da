import type { Context } from '../../../shared/src/context.ts';
import { connection, type PageArgs } from '../../../shared/src/page.ts';

export interface EventRow {
  id: string;
  name: string;
  at: string;
  objectId: string;
  otherId: string | null;
  areaId: string | null;
  effectiveOn: string | null;
}

/**
 * `organizationEvents` (§4.10): by transaction, below every one that is still open, so that nothing can appear behind a reader's cursor.
 */
export const events = (ctx: Context, page: PageArgs) =>
  connection<EventRow>(ctx, {
    name: 'organizationEvents',
    select:
      'e.id, e.name, e.at, e.object_id as "objectId", e.other_id as "otherId", e.area_id as "areaId", e.effective_on as "effectiveOn"',
    from: 'organization_event e',
    where: 'e.tx < pg_snapshot_xmin(pg_current_snapshot())',
    order: [
      { sql: 'e.tx', type: 'xid8' },
      { sql: 'e.seq', type: 'bigint' },
    ],
    ...page,
  });
