import type { FacilitiesWorld } from './facilities.types.ts';
import type { GrievancesWorld } from './grievances.types.ts';
import type { OrganizationWorld } from './organization.types.ts';
import type { VolunteersWorld } from './volunteers.types.ts';

/**
 * The demo district as plain typed rows; every subgraph's seed fills its own tables from its own part.
 * The divisions are real, everything else is invented (README.md beside this file).
 *
 * Days are 'YYYY-MM-DD' (Asia/Shanghai), instants ISO 8601 with +08:00, areas in m² and shares exact decimal strings.
 * A `Span` holds on every day of [from, to); `to: null` is open. Dated rows of one object never overlap.
 */

export interface Span {
  readonly from: string;
  readonly to: string | null;
}

/** WGS-84 degrees. */
export interface Point {
  readonly lat: number;
  readonly lng: number;
}

/** One community, street or the district, as the division registry knows it today. */
export interface Place {
  id: string;
  /** Today's code, 12 digits. */
  code: string;
  name: string;
  kind: 'DISTRICT' | 'STREET' | 'COMMUNITY';
  /** Communities: each street they belonged to; streets and the district: not read. */
  membership: { streetId: string; districtId: string; recordedFrom: string | null; recordedTo: string | null; current: boolean }[];
}

export interface WorldOptions {
  /** Service records + reports; default 90,000 (60,000 + 30,000). Activities grow along, everything else stays. */
  facts?: number;
}

export interface World {
  source: 'demo';
  districtId: string;
  /** Facts lie in [from, to). Dated states begin 2022-01-01 or with the community's entry into the district. */
  horizon: { from: string; to: string };
  organization: OrganizationWorld;
  facilities: FacilitiesWorld;
  volunteers: VolunteersWorld;
  grievances: GrievancesWorld;
}
