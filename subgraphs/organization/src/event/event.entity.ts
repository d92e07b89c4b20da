import { defineEntity, p } from '@mikro-orm/core';

/**
 * What changed, for other departments (§4.10): names, ids and days only. Written in the transaction of the change; `tx` is that transaction,
 * so that readers can stay below those that have not ended yet (design §5).
 */
export const OrganizationEvent = defineEntity({
  name: 'OrganizationEvent',
  tableName: 'organization_event',
  properties: {
    seq: p.bigint('string').primary().autoincrement(),
    tx: p.type('string').columnType('xid8').defaultRaw('pg_current_xact_id()'),
    id: p.text().unique(),
    name: p.text(),
    at: p.datetime(6).columnType('timestamptz'),
    objectId: p.text(),
    otherId: p.text().nullable(),
    areaId: p.text().nullable(),
    effectiveOn: p.date().nullable(),
  },
  indexes: [{ properties: ['tx', 'seq'] }],
});

export const eventEntities = [OrganizationEvent];
