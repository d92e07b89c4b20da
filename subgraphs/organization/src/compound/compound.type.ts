import { Authorized, Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { AUDIT, INTERNAL, STAFF } from '../../../shared/src/access.ts';
import { PageInfo, WalkOrigin } from '../../../shared/src/common.type.ts';
import { BboxInput, NearInput } from '../../../shared/src/geo.type.ts';
import { AreaCode, BuildingCode, CompoundCode, Decimal } from '../../../shared/src/scalars.ts';
import { EVERYONE_BUT_BI, Tag } from '../../../shared/src/tag.ts';
import { Appointment, Organization } from '../organization/organization.type.ts';

export const CompoundType = {
  COMMERCIAL: 'COMMERCIAL',
  WORK_UNIT: 'WORK_UNIT',
  OLD: 'OLD',
  VILLAGE_RESETTLEMENT: 'VILLAGE_RESETTLEMENT',
  AFFORDABLE: 'AFFORDABLE',
  RENTAL: 'RENTAL',
  MIXED: 'MIXED',
} as const;
export type CompoundType = keyof typeof CompoundType;
registerEnumType(CompoundType, {
  name: 'CompoundType',
  valuesConfig: {
    COMMERCIAL: { description: '商品房小区' },
    WORK_UNIT: { description: '单位家属院' },
    OLD: { description: '老旧小区' },
    VILLAGE_RESETTLEMENT: { description: '村改居安置小区' },
    AFFORDABLE: { description: '保障房' },
    RENTAL: { description: '租赁住房' },
    MIXED: { description: '混合' },
  },
});

export const ManagementMode = {
  PROPERTY_COMPANY: 'PROPERTY_COMPANY',
  SELF_MANAGED: 'SELF_MANAGED',
  COMMUNITY_HOSTED: 'COMMUNITY_HOSTED',
  UNIT_HOSTED: 'UNIT_HOSTED',
  NONE: 'NONE',
} as const;
export type ManagementMode = keyof typeof ManagementMode;
registerEnumType(ManagementMode, {
  name: 'ManagementMode',
  valuesConfig: {
    PROPERTY_COMPANY: { description: '物业公司' },
    SELF_MANAGED: { description: '自管' },
    COMMUNITY_HOSTED: { description: '社区代管' },
    UNIT_HOSTED: { description: '单位代管' },
    NONE: { description: '无主管' },
  },
});

export const CoverageStatus = {
  NONE: 'NONE',
  BRANCH_ONLY: 'BRANCH_ONLY',
  FULL: 'FULL',
} as const;
export type CoverageStatus = keyof typeof CoverageStatus;
registerEnumType(CoverageStatus, {
  name: 'CoverageStatus',
  description: 'Three-tier coverage of a compound (三级体系覆盖状态).',
  valuesConfig: {
    NONE: { description: '无支部' },
    BRANCH_ONLY: { description: '仅支部' },
    FULL: { description: '支部与楼栋党小组全覆盖' },
  },
});

export const BuildingKind = {
  RESIDENTIAL: 'RESIDENTIAL',
  MIXED: 'MIXED',
  COMMERCIAL: 'COMMERCIAL',
  AUXILIARY: 'AUXILIARY',
} as const;
export type BuildingKind = keyof typeof BuildingKind;
registerEnumType(BuildingKind, {
  name: 'BuildingKind',
  valuesConfig: {
    RESIDENTIAL: { description: '住宅' },
    MIXED: { description: '商住' },
    COMMERCIAL: { description: '商业' },
    AUXILIARY: { description: '附属' },
  },
});

@ObjectType({ description: 'A residential estate (小区). What takes `at` is effective-dated; default today.' })
@Directive('@key(fields: "id")')
@Directive('@key(fields: "code")')
@Tag(...EVERYONE_BUT_BI)
export class Compound {
  @Field(() => ID)
  id!: string;

  @Field(() => CompoundCode)
  code!: string;

  @Field(() => String)
  name!: string;

  @Field(() => [String])
  aliases!: string[];

  @Field(() => Int, { nullable: true })
  builtYear!: number | null;

  @Field(() => Decimal, { nullable: true, description: '专有部分建筑面积合计, m²: denominator of votes.' })
  totalExclusiveArea!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: '业主人数, one per exclusive part, several parts of one owner once: denominator of votes.',
  })
  ownerCount!: number | null;

  @Field(() => [Building])
  buildings!: Building[];

  @Field(() => [Organization])
  selfGovernanceGroups!: Organization[];

  @Field(() => Int)
  version!: number;
}

@ObjectType()
@Tag(...EVERYONE_BUT_BI)
export class CompoundConnection {
  @Field(() => [Compound])
  nodes!: Compound[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'A building of a compound (楼栋).' })
@Directive('@key(fields: "id")')
@Directive('@key(fields: "code")')
@Tag(...EVERYONE_BUT_BI)
export class Building {
  @Field(() => ID)
  id!: string;

  @Field(() => BuildingCode)
  code!: string;

  @Field(() => String, { description: 'e.g. 3号楼.' })
  label!: string;

  @Field(() => Compound)
  compound!: Compound;

  @Field(() => BuildingKind)
  kind!: BuildingKind;

  @Field(() => Int, { nullable: true, description: '单元数, stairwells.' })
  units!: number | null;

  @Field(() => Int, { nullable: true })
  floors!: number | null;

  @Tag('department', 'audit')
  @Authorized(...STAFF, ...INTERNAL, ...AUDIT)
  @Field(() => Appointment, { nullable: true, description: '楼栋长.' })
  steward!: Appointment | null;

  @Field(() => Int)
  version!: number;
}

@ObjectType()
@Tag(...EVERYONE_BUT_BI)
export class BuildingConnection {
  @Field(() => [Building])
  nodes!: Building[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: "Compounds' entrances and households for facilities' coverage run; service use." })
export class WalkOriginConnection {
  @Field(() => [WalkOrigin])
  nodes!: WalkOrigin[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@InputType()
export class CompoundFilter {
  @Field(() => AreaCode, { nullable: true })
  areaCode?: string | null;

  @Field(() => [CompoundType], { nullable: true })
  types?: CompoundType[] | null;

  @Field(() => [ManagementMode], { nullable: true })
  management?: ManagementMode[] | null;

  @Field(() => [CoverageStatus], { nullable: true })
  coverage?: CoverageStatus[] | null;

  @Field(() => Boolean, { nullable: true })
  hasOwnersCommittee?: boolean | null;

  @Field(() => Int, { nullable: true })
  ocExpiringWithinDays?: number | null;

  @Field(() => Int, { nullable: true })
  populationMin?: number | null;

  @Field(() => String, { nullable: true })
  text?: string | null;

  @Field(() => BboxInput, { nullable: true })
  bbox?: BboxInput | null;

  @Field(() => NearInput, { nullable: true })
  near?: NearInput | null;
}

@InputType()
export class BuildingFilter {
  @Field(() => AreaCode, { nullable: true })
  areaCode?: string | null;

  @Field(() => ID, { nullable: true })
  compoundId?: string | null;

  @Field(() => [BuildingKind], { nullable: true })
  kinds?: BuildingKind[] | null;

  @Field(() => Boolean, { nullable: true })
  grouped?: boolean | null;
}
