import type pg from 'pg';
import type { Store } from '../../subgraphs/facilities/src/coverage/coverage.job.ts';
import type { Membership, Place } from '../../subgraphs/shared/src/membership.ts';
import { NOBODY } from '../../subgraphs/shared/src/row-scope.ts';
import type { TestDatabase } from '../database.ts';

/**
 * A district 'd' with street 's1' of communities a (400 households), b (1,000) and street 's2' of c (600) and x (nobody counted).
 * Usable m² per hundred households are those of G13B: 30, 60 and 0.
 */
const membershipOf = (communityId: string, streetId: string, households: number | null): Membership => ({
  communityId,
  streetId,
  districtId: 'd',
  recordedFrom: null,
  recordedTo: null,
  current: true,
  stats: households === null ? [] : [{ asOf: '2020-12-31', households, population: 3 * households, residents60Plus: 100 }],
});
export const MEMBERSHIP = [
  membershipOf('a', 's1', 400),
  membershipOf('b', 's1', 1000),
  membershipOf('c', 's2', 600),
  membershipOf('x', 's2', null),
];
export const place = (id: string): Place => ({
  id,
  membership: MEMBERSHIP.filter((row) => [row.communityId, row.streetId, row.districtId].includes(id)),
});

export const HOURS = JSON.stringify([{ weekdays: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }]);

/** One row of `facility_state`; what is not told is that of an open, owned, measured activity room. */
export interface StateOf {
  id: string;
  from?: string;
  to?: string | null;
  status?: string;
  kind?: string;
  gross?: string | null;
  usable?: string | null;
  activity?: string | null;
  basis?: string | null;
  counts?: boolean;
  tenure?: string;
  leaseTo?: string | null;
  lat?: number | null;
  lng?: number | null;
  rules?: string | null;
}

export async function putFacility(owner: pg.Client, id: string, communityId: string, operatorId: string | null = null): Promise<void> {
  await owner.query(
    `insert into facility (id, name, community_id, operator_id, functions, provision_mode, address) values ($1, $2, $3, $4, '{CULTURE}', 'RENOVATION', '一号')`,
    [id, `设施 ${id}`, communityId, operatorId],
  );
}

export async function putState(owner: pg.Client, state: StateOf): Promise<void> {
  const s = {
    ...{ from: '2020-01-01', to: null, status: 'OPEN', kind: 'ACTIVITY_ROOM', gross: null, usable: null, activity: null, basis: null },
    ...{ counts: true, tenure: 'OWNED', leaseTo: null, lat: null, lng: null, rules: null },
    ...state,
  };
  await owner.query(
    `insert into facility_state (facility_id, valid_from, valid_to, status, kind, gross_area, usable_area, activity_area, activity_basis,
       counts_toward_standard, tenure, lease_from, lease_to, serves_compounds, lat, lng, opening_rules)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '{}', $14, $15, $16)`,
    [
      s.id,
      s.from,
      s.to,
      s.status,
      s.kind,
      s.gross,
      s.usable,
      s.activity,
      s.basis,
      s.counts,
      s.tenure,
      s.leaseTo && '2020-01-01',
      s.leaseTo,
      s.lat,
      s.lng,
      s.rules,
    ],
  );
}

export async function putShare(owner: pg.Client, id: string, communityId: string, share: string): Promise<void> {
  await owner.query(`insert into facility_share values ($1, $2, '2020-01-01', null, $3)`, [id, communityId, share]);
}

/** Transactions as the process opens them for its runs. */
export const storeOf =
  ({ database }: TestDatabase): Store =>
  (work) =>
    database.write({ ...NOBODY, roles: ['SERVICE'], variant: 'INTERNAL', deadline: Date.now() + 30_000 }, work);
