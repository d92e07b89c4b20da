import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { EVERYONE, EVERYONE_BUT_BI, Tag } from '../../../shared/src/tag.ts';
import { Area } from '../area/area.type.ts';
import { Organization } from '../organization/organization.type.ts';

export const ViewerRole = {
  PUBLIC: 'PUBLIC',
  RESIDENT: 'RESIDENT',
  VOLUNTEER: 'VOLUNTEER',
  NEIGHBOUR_LEAD: 'NEIGHBOUR_LEAD',
  GRID_WORKER: 'GRID_WORKER',
  COMMUNITY_STAFF: 'COMMUNITY_STAFF',
  STREET_STAFF: 'STREET_STAFF',
  HOTLINE_STAFF: 'HOTLINE_STAFF',
  DEPARTMENT_STAFF: 'DEPARTMENT_STAFF',
  ORG_REPRESENTATIVE: 'ORG_REPRESENTATIVE',
  PARTNER_UNIT: 'PARTNER_UNIT',
  BI_CLIENT: 'BI_CLIENT',
  DISTRICT_LEAD: 'DISTRICT_LEAD',
  BANK_OPERATOR: 'BANK_OPERATOR',
  CLEARING_OPERATOR: 'CLEARING_OPERATOR',
  MEDIATOR: 'MEDIATOR',
  AUDITOR: 'AUDITOR',
  PRIVACY_OFFICER: 'PRIVACY_OFFICER',
  REGISTRAR: 'REGISTRAR',
} as const;
export type ViewerRole = keyof typeof ViewerRole;
registerEnumType(ViewerRole, { name: 'ViewerRole' });

export const ViewerVariant = {
  PUBLIC: 'PUBLIC',
  RESIDENT: 'RESIDENT',
  PARTNER: 'PARTNER',
  DEPARTMENT: 'DEPARTMENT',
  BI: 'BI',
  AUDIT: 'AUDIT',
  INTERNAL: 'INTERNAL',
} as const;
export type ViewerVariant = keyof typeof ViewerVariant;
registerEnumType(ViewerVariant, { name: 'ViewerVariant' });

@ObjectType({ description: 'Who the caller is (当前身份), from the credential.' })
@Tag(...EVERYONE)
export class Viewer {
  @Tag(...EVERYONE_BUT_BI)
  @Field(() => Organization, { nullable: true })
  organization!: Organization | null;

  @Field(() => [ViewerRole])
  roles!: ViewerRole[];

  @Field(() => [Area])
  areas!: Area[];

  @Field(() => ViewerVariant)
  variant!: ViewerVariant;
}
