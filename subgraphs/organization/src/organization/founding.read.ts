import type { Transaction } from '../../../shared/src/database.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import type { OrganizationKind } from './organization.type.ts';

type Rows = Pick<Transaction, 'rows'>;

/** Where a compound lies, and which building of it is meant. */
export interface Spot {
  id: string;
  compoundId: string;
  communityId: string;
}

/** Compounds with their communities on a day; one that is not recorded by then is absent. */
export const spotsOfCompounds = ({ rows }: Rows, ids: readonly string[], day: string): Promise<Spot[]> =>
  rows<Spot>(
    `select s.compound_id as id, s.compound_id as "compoundId", s.community_id as "communityId" from compound_state s
     where s.compound_id = any($1) and ${holdsOn('s', '$2::date')}`,
    [ids, day],
  );

/** The same for buildings. */
export const spotsOfBuildings = ({ rows }: Rows, ids: readonly string[], day: string): Promise<Spot[]> =>
  rows<Spot>(
    `select b.id, b.compound_id as "compoundId", s.community_id as "communityId" from building b
     join compound_state s on s.compound_id = b.compound_id and ${holdsOn('s', '$2::date')} where b.id = any($1)`,
    [ids, day],
  );

/** What a new organization may stand under: the kind, the place, whether it lasts, and the compounds of that day. */
export interface Parent {
  id: string;
  kind: OrganizationKind;
  areaId: string | null;
  isDissolved: boolean;
  compoundIds: string[];
}

export const parentOn = async ({ rows }: Rows, id: string, day: string): Promise<Parent | null> =>
  (
    await rows<Parent>(
      `select o.id, o.kind, o.area_id as "areaId",
         exists (select 1 from organization_state s where s.organization_id = o.id and s.status = 'DISSOLVED' and ${holdsOn('s', '$2::date')}) as "isDissolved",
         array(select c.compound_id from organization_compound c where c.organization_id = o.id and ${holdsOn('c', '$2::date')}) as "compoundIds"
       from organization o where o.id = $1`,
      [id, day],
    )
  )[0] ?? null;

/** The street of a community on a day. */
export const streetOn = async ({ rows }: Rows, communityId: string, day: string): Promise<string | null> =>
  (
    await rows<{ streetId: string }>(
      `select m.street_id as "streetId" from membership m where m.community_id = $1 and (m.recorded_from is null or m.recorded_from <= $2::date)
         and (m.recorded_to is null or $2::date < m.recorded_to)`,
      [communityId, day],
    )
  )[0]?.streetId ?? null;

/** Organizations of a kind and place that last, by name. */
export const namesakes = ({ rows }: Rows, kind: OrganizationKind, areaId: string | null): Promise<{ id: string; name: string }[]> =>
  rows(`select o.id, o.name from organization o where o.kind = $1 and o.area_id is not distinct from $2 and o.dissolved_on is null`, [
    kind,
    areaId,
  ]);

/** Another of the kind that is ACTIVE on the day or later, of the place or of one of the compounds. */
export const activeSince = async (
  { rows }: Rows,
  { kind, areaId, compoundIds, day }: { kind: OrganizationKind; areaId: string | null; compoundIds: readonly string[]; day: string },
): Promise<string | null> =>
  (
    await rows<{ id: string }>(
      `select o.id from organization o join organization_state s on s.organization_id = o.id and s.status = 'ACTIVE'
         and (s.valid_to is null or $4::date < s.valid_to)
       where o.kind = $1 and (o.area_id = $2 or exists (select 1 from organization_compound c where c.organization_id = o.id
         and c.compound_id = any($3) and (c.valid_to is null or $4::date < c.valid_to))) order by o.id limit 1`,
      [kind, compoundIds.length > 0 ? null : areaId, compoundIds, day],
    )
  )[0]?.id ?? null;

/** A building of these that is in a group on the day or later. */
export const groupedSince = async ({ rows }: Rows, buildingIds: readonly string[], day: string): Promise<string | null> =>
  (
    await rows<{ id: string }>(
      `select g.building_id as id from building_group g where g.building_id = any($1) and (g.valid_to is null or $2::date < g.valid_to)
       order by g.building_id limit 1`,
      [buildingIds, day],
    )
  )[0]?.id ?? null;
