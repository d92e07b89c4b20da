import type { Context } from './context.ts';
import { batched } from './loader.ts';
import { type Connection, connection, type PageArgs } from './page.ts';

/** A change as other departments hear of it: names, ids and days only. */
export interface EventRow {
  id: string;
  name: string;
  at: string;
  objectType: string;
  objectId: string;
  otherType: string | null;
  otherId: string | null;
  areaId: string | null;
  on: string | null;
}

/**
 * `…Events` of a department: by transaction, below every one that is still open, so that nothing can appear behind a reader's cursor (design §5).
 * @param name of the root field.
 * @param where which events (`e`) other departments may hear of at all; all of them unless told.
 */
export const events = (ctx: Context, name: string, page: PageArgs, where = 'true'): Promise<Connection<EventRow>> =>
  connection<EventRow>(ctx, {
    name,
    select: `e.id, e.name, e.at, e.object_type as "objectType", e.object_id as "objectId", e.other_type as "otherType", e.other_id as "otherId",
      e.area_id as "areaId", e."on"`,
    from: 'hub.event e',
    where: `e.tx < pg_snapshot_xmin(pg_current_snapshot()) and (${where})`,
    order: [
      { sql: 'e.tx', type: 'xid8' },
      { sql: 'e.seq', type: 'bigint' },
    ],
    ...page,
  });

/** A step in the life of an object, see `Event` in common.type.ts. */
export interface HistoryRow {
  seq: number;
  name: string;
  at: string;
  actorOrganization: { id: string } | null;
  actorRole: string;
  from: string | null;
  to: string;
  reason: string | null;
}

/** The steps of an object's life, oldest first, `seq` counted from 1: those of its events that changed its state. Batched. */
export const historyOf = batched<string, HistoryRow[]>(async (ctx, ids) => {
  const rows = await ctx.rows<HistoryRow & { objectId: string; organizationId: string | null }>(
    `select object_id as "objectId", row_number() over (partition by object_id order by e.seq)::int as seq, name, at,
       actor_organization as "organizationId", actor_role as "actorRole", from_state as "from", to_state as "to", reason
     from hub.event e where object_id = any($1) and to_state is not null order by e.seq`,
    [ids],
  );
  const found = new Map<string, HistoryRow[]>();
  for (const { objectId, organizationId, ...row } of rows) {
    const step = { ...row, actorOrganization: organizationId === null ? null : { id: organizationId } };
    found.set(objectId, [...(found.get(objectId) ?? []), step]);
  }
  return found;
});
