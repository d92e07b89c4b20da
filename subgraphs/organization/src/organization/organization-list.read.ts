import type { Context } from '../../../shared/src/context.ts';
import { conditions, containing } from '../../../shared/src/filter.ts';
import { connection, connectionByParent, type List, type PageArgs } from '../../../shared/src/page.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { placesWithin, today } from '../area/area.read.ts';
import { ORGANIZATION, type OrganizationRow } from './organization.read.ts';
import type { OrganizationFilter } from './organization.type.ts';

/** `organizations(filter)`: by name. */
export async function listOrganizations(ctx: Context, filter: OrganizationFilter, page: PageArgs) {
  const places = filter.areaCode ? await placesWithin(ctx, filter.areaCode) : null;
  return connection<OrganizationRow>(ctx, { ...organizationList('organizations', filter, places), ...page });
}

/** Of the place itself and of everything below it today. */
const BELOW = `(o.area_id = parent.id or exists (select 1 from membership m where m.current
  and ((parent.id = m.street_id and o.area_id = m.community_id) or (parent.id = m.district_id and o.area_id in (m.community_id, m.street_id)))))`;

const listOfArea = connectionByParent<OrganizationRow, PageArgs & { filter: OrganizationFilter; places: string[] | null }>(
  ({ filter, places }) => {
    const list = organizationList('Area.organizations', filter, places);
    return { ...list, where: `${list.where} and ${BELOW}` };
  },
);

/** `Area.organizations`: one statement for all places that ask. */
export async function organizationsOfArea(ctx: Context, areaId: string, filter: OrganizationFilter | null | undefined, page: PageArgs) {
  const places = filter?.areaCode ? await placesWithin(ctx, filter.areaCode) : null;
  return listOfArea(ctx, areaId, { ...page, filter: filter ?? {}, places });
}

function organizationList(name: string, filter: OrganizationFilter, places: string[] | null): List {
  const on = conditions();
  on.params.push(today());
  const day = '$1::date';
  on.add('o.area_id = any(?)', places);
  on.add('o.kind = any(?)', filter.kinds);
  on.add(`coalesce(s.status, 'PLANNED') = any(?)`, filter.statuses);
  on.add('o.parent_id = ?', filter.parentId);
  on.add(
    `exists (select 1 from organization_compound oc where oc.organization_id = o.id and oc.compound_id = ? and ${holdsOn('oc', day)})`,
    filter.compoundId,
  );
  on.add('o.name like ?', containing(filter.text));
  return {
    name,
    select: ORGANIZATION,
    from: `organization o left join organization_state s on s.organization_id = o.id and ${holdsOn('s', day)}`,
    where: on.where(),
    params: on.params,
    order: [
      { sql: 'o.name', type: 'text' },
      { sql: 'o.id', type: 'text' },
    ],
    filter,
  };
}
