/**
 * Row level security as an entity declares it (design §5). Every table with personal data has it:
 *
 *     defineEntity({
 *       name: 'Case',
 *       properties: { … },
 *       ...rowSecurity('grievances', `${HOLDS('STREET_STAFF', 'HOTLINE_STAFF')} and ${IN_COMMUNITIES('community_id')}`),
 *     });
 */
import type { PolicyDef } from '@mikro-orm/core';
import type { Role } from './claims.ts';

/** SQL: the row's community is one of the caller's. */
export const IN_COMMUNITIES = (column: string): string => `${column} = any ((select hub.communities())::text[])`;

/** SQL: the caller holds one of these roles. */
export const HOLDS = (...roles: Role[]): string => `(select hub.role_is(array[${roles.map((role) => `'${role}'`).join(', ')}]))`;

/** SQL: the row belongs to the caller's organization. */
export const OF_OWN_ORGANIZATION = (column: string): string => `${column} = (select hub.organization())`;

/** SQL: the row belongs to the caller. */
export const OF_OWN_SUBJECT = (column: string): string => `${column} = (select hub.subject())`;

/** SQL: the caller may change what lies in this community: it is one of his, or his role knows no bounds inside the district. */
export const WRITES_IN = (column: string): string => `(${IN_COMMUNITIES(column)} or ${HOLDS('DISTRICT_LEAD', 'REGISTRAR', 'SERVICE')})`;

/**
 * Turns row level security on: `<name>_app` reads the rows of which `visible` is true, `<name>_figures` reads all. The owner is not bound by it
 * (ENABLE, not FORCE), so that a load by COPY works.
 * @param writable of which rows a command may make and change; none without. What it may touch at all is granted by a migration.
 */
export const rowSecurity = (name: string, visible: string, writable?: string): { rowLevelSecurity: true; policies: PolicyDef[] } => ({
  rowLevelSecurity: true,
  policies: [
    { name: 'app_read', command: 'select', roles: [`${name}_app`], using: visible },
    { name: 'figures_read', command: 'select', roles: [`${name}_figures`], using: 'true' },
    ...(writable === undefined ? [] : writePolicies(name, writable)),
  ],
});

const writePolicies = (name: string, writable: string): PolicyDef[] => [
  { name: 'app_insert', command: 'insert', roles: [`${name}_app`], check: writable },
  { name: 'app_update', command: 'update', roles: [`${name}_app`], using: writable, check: writable },
];
