/**
 * What the gateway vouches for to a subgraph (overview §3.6): who asks, in which roles and variant, for which places.
 * Claims travel in the signed body under `extensions.hub`, so a subgraph may believe them without a second look.
 */
import { z } from 'zod';

/** The contracts of the graph (contract: `ViewerVariant`). */
export const VARIANTS = ['PUBLIC', 'RESIDENT', 'PARTNER', 'DEPARTMENT', 'BI', 'AUDIT', 'INTERNAL'] as const;
export type Variant = (typeof VARIANTS)[number];

/** Every role and the variant it speaks (overview §3.6). `SERVICE` is carried by the subgraphs' own keys alone. */
export const VARIANT_OF_ROLE = {
  PUBLIC: 'PUBLIC',
  RESIDENT: 'RESIDENT',
  VOLUNTEER: 'RESIDENT',
  NEIGHBOUR_LEAD: 'DEPARTMENT',
  GRID_WORKER: 'DEPARTMENT',
  COMMUNITY_STAFF: 'DEPARTMENT',
  STREET_STAFF: 'DEPARTMENT',
  HOTLINE_STAFF: 'DEPARTMENT',
  DEPARTMENT_STAFF: 'DEPARTMENT',
  ORG_REPRESENTATIVE: 'DEPARTMENT',
  PARTNER_UNIT: 'PARTNER',
  BI_CLIENT: 'BI',
  DISTRICT_LEAD: 'INTERNAL',
  BANK_OPERATOR: 'DEPARTMENT',
  CLEARING_OPERATOR: 'DEPARTMENT',
  MEDIATOR: 'DEPARTMENT',
  AUDITOR: 'AUDIT',
  PRIVACY_OFFICER: 'AUDIT',
  REGISTRAR: 'INTERNAL',
  SERVICE: 'INTERNAL',
} as const satisfies Record<string, Variant>;

export type Role = keyof typeof VARIANT_OF_ROLE;

/** All roles, `SERVICE` included. */
export const ROLES = Object.keys(VARIANT_OF_ROLE) as Role[];

/** The claims of one request to one subgraph. */
export interface Claims {
  /** The same for every subgraph request of one client request. */
  requestId: string;
  /** Client id of the credential; `anonymous` without one. */
  client: string;
  subject: string | null;
  /** Stable id of the caller's organization. */
  organization: string | null;
  roles: Role[];
  variant: Variant;
  /** The credential's area codes as issued. */
  areaCodes: string[];
  /** Stable ids of the scope's places and of everything below them, today. */
  areas: string[];
  /** Stable ids of the scope's communities, today. */
  communities: string[];
  /** Year of the current division edition; null while it was never learnt. */
  edition: number | null;
  /** Why sensitive data are read (`X-Purpose`). */
  purpose: string | null;
  /** When the gateway stops waiting, epoch milliseconds. */
  deadline: number;
}

const claimsSchema = z.object({
  requestId: z.string(),
  client: z.string(),
  subject: z.string().nullable(),
  organization: z.string().nullable(),
  roles: z.array(z.enum(ROLES)),
  variant: z.enum(VARIANTS),
  areaCodes: z.array(z.string()),
  areas: z.array(z.string()),
  communities: z.array(z.string()),
  edition: z.number().int().nullable(),
  purpose: z.string().nullable(),
  deadline: z.number(),
});

/** The claims of a verified body's `extensions.hub`, or null if they are not claims. */
export function parseClaims(value: unknown): Claims | null {
  const parsed = claimsSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
