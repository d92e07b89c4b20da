import type { Claims, Role } from './claims.ts';

/** Roles whose variant is `department` (overview §3.6). */
export const STAFF: Role[] = [
  'NEIGHBOUR_LEAD',
  'GRID_WORKER',
  'COMMUNITY_STAFF',
  'STREET_STAFF',
  'HOTLINE_STAFF',
  'DEPARTMENT_STAFF',
  'ORG_REPRESENTATIVE',
  'BANK_OPERATOR',
  'CLEARING_OPERATOR',
  'MEDIATOR',
];
/** Roles of variant `internal`; SERVICE is a department's own process, never a person. */
export const INTERNAL: Role[] = ['DISTRICT_LEAD', 'REGISTRAR', 'SERVICE'];
/** Roles of variant `audit`. */
export const AUDIT: Role[] = ['AUDITOR', 'PRIVACY_OFFICER'];
/** Roles of variant `resident`. */
export const RESIDENTS: Role[] = ['RESIDENT', 'VOLUNTEER'];
/** Everybody with or without a credential. */
export const ANYBODY: Role[] = ['PUBLIC', ...RESIDENTS, 'PARTNER_UNIT', 'BI_CLIENT', ...AUDIT, ...STAFF, ...INTERNAL];

/** Does the caller hold one of these roles? What `@Authorized(...)` on a resolver method asks. */
export const holdsRole = (claims: Claims, roles: readonly string[]): boolean => claims.roles.some((role) => roles.includes(role));

/**
 * May the caller read person-derived figures of this place fresh and unsuppressed (privacy §10.6)? Inside only: variants internal and audit,
 * department within its own scope. Everybody else waits for the releases.
 */
export function readsFreshFigures(claims: Claims, areaId: string): boolean {
  if (claims.variant === 'INTERNAL' || claims.variant === 'AUDIT') return true;
  return claims.variant === 'DEPARTMENT' && claims.areas.includes(areaId);
}
