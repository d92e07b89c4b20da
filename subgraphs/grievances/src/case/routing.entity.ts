import { defineEntity, p } from '@mikro-orm/core';

/** Category, place, management mode and time → who leads and assists (派遣规则), §7.4. Lower order is tried first. */
export const RoutingRule = defineEntity({
  name: 'RoutingRule',
  tableName: 'routing_rule',
  properties: {
    id: p.text().primary(),
    order: p.integer().unique(),
    /** This category or one below it; null fits all, as for the place and the mode. */
    categoryId: p.text().nullable(),
    areaId: p.text().nullable(),
    management: p.text().nullable(),
    during: p.enum(['ALWAYS', 'OFFICE_HOURS', 'OUTSIDE_OFFICE_HOURS'] as const),
    leadId: p.text(),
    assistIds: p.array().columnType('text[]'),
    /** Where an order goes that the LEAD did not accept in time; null: the street office. */
    superiorId: p.text().nullable(),
    active: p.boolean().default(true),
    version: p.integer().default(1),
  },
});

export const routingEntities = [RoutingRule];
