import { Authorized, Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { AUDIT, INTERNAL, STAFF } from '../../../shared/src/access.ts';
import { PageInfo, Provenance } from '../../../shared/src/common.type.ts';
import { AreaCode, CivilDate, MaskedText, USCC } from '../../../shared/src/scalars.ts';
import { EVERYONE_BUT_BI, Tag } from '../../../shared/src/tag.ts';
import { Area } from '../area/area.type.ts';
import { OwnersCommittee } from '../committee/committee.type.ts';

export const OrganizationKind = {
  STREET_PARTY_WORKING_COMMITTEE: 'STREET_PARTY_WORKING_COMMITTEE',
  COMMUNITY_PARTY_ORG: 'COMMUNITY_PARTY_ORG',
  COMPOUND_PARTY_BRANCH: 'COMPOUND_PARTY_BRANCH',
  BUILDING_PARTY_GROUP: 'BUILDING_PARTY_GROUP',
  RESIDENTS_COMMITTEE: 'RESIDENTS_COMMITTEE',
  OWNERS_COMMITTEE: 'OWNERS_COMMITTEE',
  PROPERTY_MANAGEMENT_COMMITTEE: 'PROPERTY_MANAGEMENT_COMMITTEE',
  PROPERTY_COMPANY: 'PROPERTY_COMPANY',
  DEPARTMENT: 'DEPARTMENT',
  STREET_OFFICE: 'STREET_OFFICE',
  STATIONED_UNIT: 'STATIONED_UNIT',
  SOCIAL_ORGANIZATION: 'SOCIAL_ORGANIZATION',
  VOLUNTEER_TEAM: 'VOLUNTEER_TEAM',
  MERCHANT: 'MERCHANT',
  SELF_GOVERNANCE_GROUP: 'SELF_GOVERNANCE_GROUP',
  MEDIATION_COMMITTEE: 'MEDIATION_COMMITTEE',
  OTHER: 'OTHER',
} as const;
export type OrganizationKind = keyof typeof OrganizationKind;
registerEnumType(OrganizationKind, {
  name: 'OrganizationKind',
  valuesConfig: {
    STREET_PARTY_WORKING_COMMITTEE: { description: '街道党工委' },
    COMMUNITY_PARTY_ORG: { description: '社区党组织' },
    COMPOUND_PARTY_BRANCH: { description: '小区党支部' },
    BUILDING_PARTY_GROUP: { description: '楼栋党小组' },
    RESIDENTS_COMMITTEE: { description: '居民委员会' },
    OWNERS_COMMITTEE: { description: '业主委员会' },
    PROPERTY_MANAGEMENT_COMMITTEE: { description: '物业管理委员会' },
    PROPERTY_COMPANY: { description: '物业公司' },
    DEPARTMENT: { description: '职能部门' },
    STREET_OFFICE: { description: '街道办事处' },
    STATIONED_UNIT: { description: '驻区单位' },
    SOCIAL_ORGANIZATION: { description: '社会组织' },
    VOLUNTEER_TEAM: { description: '志愿服务队' },
    MERCHANT: { description: '商户' },
    SELF_GOVERNANCE_GROUP: { description: '居民自治组织' },
    MEDIATION_COMMITTEE: { description: '人民调解委员会' },
    OTHER: { description: '其他' },
  },
});

export const PartyOrgLevel = {
  COMMITTEE: 'COMMITTEE',
  GENERAL_BRANCH: 'GENERAL_BRANCH',
  BRANCH: 'BRANCH',
  JOINT_BRANCH: 'JOINT_BRANCH',
  GROUP: 'GROUP',
} as const;
export type PartyOrgLevel = keyof typeof PartyOrgLevel;
registerEnumType(PartyOrgLevel, {
  name: 'PartyOrgLevel',
  valuesConfig: {
    COMMITTEE: { description: '党委' },
    GENERAL_BRANCH: { description: '党总支' },
    BRANCH: { description: '党支部' },
    JOINT_BRANCH: { description: '联合党支部' },
    GROUP: { description: '党小组' },
  },
});

export const OrgStatus = {
  PLANNED: 'PLANNED',
  ACTIVE: 'ACTIVE',
  SUSPENDED: 'SUSPENDED',
  DISSOLVED: 'DISSOLVED',
} as const;
export type OrgStatus = keyof typeof OrgStatus;
registerEnumType(OrgStatus, {
  name: 'OrgStatus',
  valuesConfig: {
    PLANNED: { description: '筹建' },
    ACTIVE: { description: '运行' },
    SUSPENDED: { description: '暂停' },
    DISSOLVED: { description: '撤销' },
  },
});

export const SelfGovernanceKind = {
  MANAGEMENT: 'MANAGEMENT',
  SUPERVISION: 'SUPERVISION',
  SERVICE: 'SERVICE',
} as const;
export type SelfGovernanceKind = keyof typeof SelfGovernanceKind;
registerEnumType(SelfGovernanceKind, {
  name: 'SelfGovernanceKind',
  description: 'What a self-governance group does (自我管理、自我监督、自我服务).',
  valuesConfig: {
    MANAGEMENT: { description: '自我管理' },
    SUPERVISION: { description: '自我监督' },
    SERVICE: { description: '自我服务' },
  },
});

export const PostCode = {
  PARTY_SECRETARY: 'PARTY_SECRETARY',
  DEPUTY_SECRETARY: 'DEPUTY_SECRETARY',
  COMMITTEE_MEMBER: 'COMMITTEE_MEMBER',
  GROUP_LEADER: 'GROUP_LEADER',
  OC_CHAIR: 'OC_CHAIR',
  OC_VICE_CHAIR: 'OC_VICE_CHAIR',
  OC_MEMBER: 'OC_MEMBER',
  RC_DIRECTOR: 'RC_DIRECTOR',
  PROPERTY_MANAGER: 'PROPERTY_MANAGER',
  NEIGHBOUR_LEAD: 'NEIGHBOUR_LEAD',
  BUILDING_STEWARD: 'BUILDING_STEWARD',
  MEDIATOR: 'MEDIATOR',
  LIAISON: 'LIAISON',
} as const;
export type PostCode = keyof typeof PostCode;
registerEnumType(PostCode, {
  name: 'PostCode',
  valuesConfig: {
    PARTY_SECRETARY: { description: '书记' },
    DEPUTY_SECRETARY: { description: '副书记' },
    COMMITTEE_MEMBER: { description: '委员' },
    GROUP_LEADER: { description: '组长' },
    OC_CHAIR: { description: '业委会主任' },
    OC_VICE_CHAIR: { description: '业委会副主任' },
    OC_MEMBER: { description: '业委会委员' },
    RC_DIRECTOR: { description: '居委会主任' },
    PROPERTY_MANAGER: { description: '物业经理' },
    NEIGHBOUR_LEAD: { description: '邻长' },
    BUILDING_STEWARD: { description: '楼栋长' },
    MEDIATOR: { description: '调解员' },
    LIAISON: { description: '联络员' },
  },
});

export const AppointMethod = {
  ELECTED: 'ELECTED',
  APPOINTED: 'APPOINTED',
  CO_OPTED: 'CO_OPTED',
  RECOMMENDED: 'RECOMMENDED',
} as const;
export type AppointMethod = keyof typeof AppointMethod;
registerEnumType(AppointMethod, {
  name: 'AppointMethod',
  valuesConfig: {
    ELECTED: { description: '选举' },
    APPOINTED: { description: '任命' },
    CO_OPTED: { description: '增补' },
    RECOMMENDED: { description: '推荐' },
  },
});

@ObjectType({ description: 'An organization of any kind (组织).' })
@Directive('@key(fields: "id")')
@Tag(...EVERYONE_BUT_BI)
export class Organization {
  @Field(() => ID)
  id!: string;

  @Field(() => OrganizationKind)
  kind!: OrganizationKind;

  @Field(() => String)
  name!: string;

  @Field(() => USCC, { nullable: true, description: '统一社会信用代码.' })
  uscc!: string | null;

  @Field(() => PartyOrgLevel, { nullable: true, description: 'Party organizations only.' })
  partyLevel!: PartyOrgLevel | null;

  @Field(() => [SelfGovernanceKind], { description: 'SELF_GOVERNANCE_GROUP only; non-empty.' })
  selfGovernanceKinds!: SelfGovernanceKind[];

  @Field(() => Organization, { nullable: true })
  parent!: Organization | null;

  @Field(() => Area, { nullable: true })
  area!: Area | null;

  @Field(() => CivilDate, { nullable: true })
  foundedOn!: string | null;

  @Field(() => CivilDate, { nullable: true })
  dissolvedOn!: string | null;

  @Tag('department')
  @Authorized(...STAFF, ...INTERNAL)
  @Field(() => Int, { nullable: true, description: '党员数, with probationary members; a count, no roster is ever stored.' })
  partyMemberCount!: number | null;

  @Tag('department')
  @Authorized(...STAFF, ...INTERNAL)
  @Field(() => Int, { nullable: true, description: '正式党员数.' })
  fullMemberCount!: number | null;

  @Field(() => [Post])
  posts!: Post[];

  @Field(() => OwnersCommittee, { nullable: true, description: 'OWNERS_COMMITTEE only: the term as under `Compound.ownersCommittee`.' })
  ownersCommittee!: OwnersCommittee | null;

  @Field(() => OrgContact, { nullable: true, description: 'Outside department only of service points.' })
  contact!: OrgContact | null;

  @Field(() => Int)
  version!: number;
}

@ObjectType()
@Tag(...EVERYONE_BUT_BI)
export class OrganizationConnection {
  @Field(() => [Organization])
  nodes!: Organization[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'Contact of an organization (联系方式).' })
@Tag(...EVERYONE_BUT_BI)
export class OrgContact {
  @Field(() => String, { nullable: true })
  address!: string | null;

  @Tag('department')
  @Authorized(...STAFF, ...INTERNAL)
  @Field(() => MaskedText, { nullable: true })
  phone!: string | null;

  @Field(() => String, { nullable: true, description: 'Published number (服务电话).' })
  servicePhone!: string | null;

  @Field(() => String, { nullable: true })
  hours!: string | null;
}

@ObjectType({ description: 'A post with its seats (职务).' })
@Tag(...EVERYONE_BUT_BI)
export class Post {
  @Field(() => ID)
  id!: string;

  @Field(() => PostCode)
  code!: PostCode;

  @Field(() => Organization)
  organization!: Organization;

  @Field(() => Int)
  seats!: number;

  @Field(() => Int)
  version!: number;
}

@ObjectType({ description: 'A holder of public posts (任职人员), in his public capacity only.' })
@Directive('@key(fields: "id")')
@Tag(...EVERYONE_BUT_BI)
export class Officeholder {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'Full name inside (department), surname and title elsewhere, e.g. 王书记.' })
  displayName!: string;

  @Tag('department')
  @Authorized(...STAFF, ...INTERNAL)
  @Field(() => MaskedText, { nullable: true })
  workPhone!: string | null;

  @Field(() => Int)
  version!: number;
}

@ObjectType()
@Tag('department', 'audit')
export class OfficeholderConnection {
  @Field(() => [Officeholder])
  nodes!: Officeholder[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'A term in a post (任职); `to` is exclusive.' })
@Tag(...EVERYONE_BUT_BI)
export class Appointment {
  @Field(() => ID)
  id!: string;

  @Field(() => Post)
  post!: Post;

  @Field(() => Officeholder)
  officeholder!: Officeholder;

  @Field(() => CivilDate)
  from!: string;

  @Field(() => CivilDate, { nullable: true })
  to!: string | null;

  @Field(() => AppointMethod)
  method!: AppointMethod;

  @Tag('internal')
  @Authorized(...INTERNAL)
  @Field(() => Boolean, { nullable: true, description: 'Secretaries, committee chairs and vice-chairs only; for RED-1.' })
  isPartyMember!: boolean | null;

  @Tag('department', 'audit')
  @Authorized(...STAFF, ...INTERNAL, ...AUDIT)
  @Field(() => Provenance, { nullable: true })
  source!: Provenance | null;

  @Field(() => Int)
  version!: number;
}

@ObjectType()
@Tag('department', 'audit')
export class AppointmentConnection {
  @Field(() => [Appointment])
  nodes!: Appointment[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@InputType()
export class OrganizationFilter {
  @Field(() => AreaCode, { nullable: true })
  areaCode?: string | null;

  @Field(() => [OrganizationKind], { nullable: true })
  kinds?: OrganizationKind[] | null;

  @Field(() => [OrgStatus], { nullable: true })
  statuses?: OrgStatus[] | null;

  @Field(() => ID, { nullable: true })
  parentId?: string | null;

  @Field(() => ID, { nullable: true })
  compoundId?: string | null;

  @Field(() => String, { nullable: true })
  text?: string | null;
}

@InputType()
export class OfficeholderFilter {
  @Field(() => AreaCode, { nullable: true })
  areaCode?: string | null;

  @Field(() => ID, { nullable: true })
  organizationId?: string | null;

  @Field(() => [PostCode], { nullable: true })
  postCodes?: PostCode[] | null;

  @Field(() => CivilDate, { nullable: true })
  at?: string | null;
}

@InputType()
export class AppointmentFilter {
  @Field(() => AreaCode, { nullable: true })
  areaCode?: string | null;

  @Field(() => ID, { nullable: true })
  organizationId?: string | null;

  @Field(() => ID, { nullable: true })
  officeholderId?: string | null;

  @Field(() => [PostCode], { nullable: true })
  postCodes?: PostCode[] | null;

  @Field(() => CivilDate, { nullable: true })
  at?: string | null;
}
