import type { Context } from '../../../shared/src/context.ts';
import { areaByCode } from '../area/area.read.ts';
import { organizationById } from '../organization/organization.read.ts';

/** Who the caller is, from the credential (§3.6); SERVICE is no role that people know. */
export async function viewer(ctx: Context) {
  const { organization, roles, areaCodes, variant } = ctx.claims;
  const areas = await Promise.all(areaCodes.map((code) => areaByCode(ctx, code)));
  return {
    organization: organization && (await organizationById(ctx, organization)),
    roles: roles.filter((role) => role !== 'SERVICE'),
    areas: areas.filter((area) => area !== null),
    variant,
  };
}
