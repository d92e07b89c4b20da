/** Where everything of the demo district lies: own street, another one, or none; and ids of one other street to ask with. */
import type { Hub } from '../kit.ts';
import { YEAR_2025 } from './district.ts';
import type { Values } from './scope-graph.ts';

/** `own`: in the asked credential's street; `other`: in another one; null: the district's, of no street. */
export type Side = 'own' | 'other' | null;

export interface Places {
  sides: ReadonlyMap<string, Side>;
  values: Values;
  /** Ids of a street and its communities. */
  own: string[];
  communities: string[];
}

/** Objects by type with the community, compound, organization, facility or case that says where they are. */
const OBJECTS: Record<string, { subgraph: string; sql: string }> = {
  Compound: { subgraph: 'organization', sql: 'select compound_id as id, community_id as at from compound_state where valid_to is null' },
  Building: { subgraph: 'organization', sql: 'select id, compound_id as at from building' },
  Organization: { subgraph: 'organization', sql: 'select id, area_id as at from organization' },
  Post: { subgraph: 'organization', sql: 'select id, organization_id as at from post' },
  Appointment: { subgraph: 'organization', sql: 'select id, post_id as at from appointment' },
  Officeholder: {
    subgraph: 'organization',
    sql: 'select officeholder_id as id, min(post_id) as at from appointment group by 1 having count(distinct post_id) = 1',
  },
  OwnersCommittee: { subgraph: 'organization', sql: 'select id, compound_id as at from owners_committee' },
  Facility: { subgraph: 'facilities', sql: 'select id, community_id as at from facility' },
  Space: { subgraph: 'facilities', sql: 'select id, facility_id as at from space' },
  Activity: { subgraph: 'volunteers', sql: `select id, community_id as at from activity where status <> 'DRAFT'` },
  ServiceRecord: { subgraph: 'volunteers', sql: 'select id, community_id as at from service_record' },
  Case: { subgraph: 'grievances', sql: 'select id, community_id as at from grievance_case' },
  DispatchOrder: { subgraph: 'grievances', sql: 'select id, community_id as at from dispatch_order' },
  Report: { subgraph: 'grievances', sql: 'select id, community_id as at from report' },
};

const quoted = (ids: readonly string[]): string[] => ids.map((id) => JSON.stringify(id));
const PERIOD = `{ grain: ${YEAR_2025.grain}, start: "${YEAR_2025.start}", end: "${YEAR_2025.end}" }`;

/** @param street code of the credential's street; @param other code of the one that is asked of. */
export async function placesOf(hub: Hub, street: string, other: string): Promise<Places> {
  const sides = new Map<string, Side>();
  const picked = new Set<string>();
  const rows = await hub.sql<{ community: string; street: string; district: string; code: string; own: string }>(
    'organization',
    `select m.community_id as community, m.street_id as street, m.district_id as district, s.code, c.code as own
     from membership m join area s on s.id = m.street_id join area c on c.id = m.community_id where m.current`,
  );
  for (const row of rows) {
    const side = row.code === street ? 'own' : 'other';
    for (const id of [row.community, row.street]) sides.set(id, side);
    sides.set(row.district, null);
    if (row.code === other) for (const id of [row.community, row.street]) picked.add(id);
  }
  const ids: Record<string, string[]> = { Area: quoted([...picked].slice(0, 2)) };
  for (const [type, { subgraph, sql }] of Object.entries(OBJECTS)) {
    const found = await hub.sql<{ id: string; at: string | null }>(subgraph, `${sql} order by 1`);
    for (const { id, at } of found) {
      sides.set(id, at === null ? null : (sides.get(at) ?? null));
      if (at !== null && picked.has(at)) picked.add(id);
    }
    ids[type] = quoted(found.filter(({ id }) => picked.has(id)).map(({ id }) => id)).slice(0, 3);
  }
  const texts = async (subgraph: string, sql: string): Promise<string[]> =>
    quoted((await hub.sql<{ text: string }>(subgraph, sql, [[...picked]])).map(({ text }) => text));
  const communityCode = rows.find((row) => row.code === other)?.own ?? '';
  ids.AreaCode = quoted([other, communityCode]);
  ids.CompoundCode = await texts('organization', 'select code as text from compound where id = any($1) order by 1 limit 2');
  ids.BuildingCode = await texts('organization', 'select code as text from building where id = any($1) order by 1 limit 2');
  ids.USCC = await texts(
    'organization',
    'select uscc as text from organization where id = any($1) and uscc is not null order by 1 limit 2',
  );
  ids.AreaChange = await texts('organization', 'select id as text from area_change where area_ids && $1::text[] order by 1 limit 3');
  ids.CoverageRun = await texts('facilities', 'select id as text from coverage_run where $1::text[] is not null order by 1 limit 1');
  ids.CaseCategory = await texts('grievances', 'select id as text from case_category where $1::text[] is not null order by 1 limit 1');
  ids.SlaPolicy = await texts('grievances', 'select id as text from sla_policy where $1::text[] is not null order by 1 limit 1');
  // Of the keys of figures the first ones do: which are suppressed, and how, is tried by suppression.test.ts.
  Object.assign(ids, {
    OrganizationKpi: ['[ORG_1, ORG_11]'],
    VolunteerKpi: ['[VOL_1, VOL_2]'],
    FacilityKpi: ['[FAC_1]'],
    GrievanceKpi: ['[GRV_1, GRV_2]'],
  });
  const named: Record<string, string[]> = {
    caseNo: await texts('grievances', 'select case_no as text from grievance_case where id = any($1) order by 1 limit 3'),
    receiptNo: await texts('grievances', 'select receipt_no as text from report where id = any($1) order by 1 limit 1'),
    pin: ['"000000"'],
    number: await texts(
      'volunteers',
      'select distinct v.number as text from service_record r join volunteer v on v.id = r.volunteer_id where r.id = any($1) order by 1 limit 2',
    ),
    volunteerNumber: [],
    parentCode: ids.AreaCode,
    period: [PERIOD],
    input: [`{ level: COMMUNITY, from: "${YEAR_2025.start}", to: "${YEAR_2025.end}", grain: YEAR }`],
    level: ['COMMUNITY'],
    from: ['"2025-06-01"'],
    days: ['5'],
    year: ['2023'],
    edition: ['2023'],
    near: ['{ lat: 34.66, lng: 112.4, crs: WGS84, metres: 3000 }'],
    text: [],
    at: [],
  };
  named.volunteerNumber = named.number ?? [];
  const communities = rows.filter((row) => row.code === street).map((row) => row.community);
  const own = [...new Set(rows.filter((row) => row.code === street).flatMap((row) => [row.street, row.community]))];
  return { sides, values: { ids, named }, own, communities };
}
