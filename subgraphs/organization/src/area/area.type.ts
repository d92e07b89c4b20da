import { GraphQLScalarType } from 'graphql';
import { Authorized, Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { AUDIT, INTERNAL, STAFF } from '../../../shared/src/access.ts';
import { CommunityMembership, PageInfo, Provenance } from '../../../shared/src/common.type.ts';
import { KpiQuality } from '../../../shared/src/figure.type.ts';
import { AreaCode, CivilDate, Instant } from '../../../shared/src/scalars.ts';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';
import { Organization } from '../organization/organization.type.ts';

export const GeoJSON = new GraphQLScalarType<unknown, unknown>({
  name: 'GeoJSON',
  description: 'GeoJSON Polygon or MultiPolygon in WGS-84.',
  serialize: (value) => value,
});

export const AreaKind = {
  CITY: 'CITY',
  COUNTY: 'COUNTY',
  DISTRICT: 'DISTRICT',
  STREET: 'STREET',
  TOWN: 'TOWN',
  TOWNSHIP: 'TOWNSHIP',
  ENTERPRISE_UNIT: 'ENTERPRISE_UNIT',
  SPECIAL_ZONE: 'SPECIAL_ZONE',
  COMMUNITY: 'COMMUNITY',
  VILLAGE: 'VILLAGE',
  QUASI_COMMUNITY: 'QUASI_COMMUNITY',
  QUASI_VILLAGE: 'QUASI_VILLAGE',
} as const;
export type AreaKind = keyof typeof AreaKind;
registerEnumType(AreaKind, {
  name: 'AreaKind',
  description: 'Kind of a division (区划类别), derived from the code segment.',
  valuesConfig: {
    CITY: { description: '市' },
    COUNTY: { description: '县' },
    DISTRICT: { description: '区' },
    STREET: { description: '街道' },
    TOWN: { description: '镇' },
    TOWNSHIP: { description: '乡' },
    ENTERPRISE_UNIT: { description: '政企合一单位' },
    SPECIAL_ZONE: { description: '功能区' },
    COMMUNITY: { description: '社区' },
    VILLAGE: { description: '村' },
    QUASI_COMMUNITY: { description: '类似社区' },
    QUASI_VILLAGE: { description: '类似村' },
  },
});

export const AreaChangeKind = {
  CREATED: 'CREATED',
  ABOLISHED: 'ABOLISHED',
  RENAMED: 'RENAMED',
  RECODED: 'RECODED',
  TRANSFERRED: 'TRANSFERRED',
  SPLIT: 'SPLIT',
  MERGED: 'MERGED',
  RECLASSIFIED: 'RECLASSIFIED',
} as const;
export type AreaChangeKind = keyof typeof AreaChangeKind;
registerEnumType(AreaChangeKind, {
  name: 'AreaChangeKind',
  description: 'Kind of a change between two editions (区划变更类别).',
  valuesConfig: {
    CREATED: { description: '新设' },
    ABOLISHED: { description: '撤销' },
    RENAMED: { description: '更名' },
    RECODED: { description: '变更代码' },
    TRANSFERRED: { description: '划转' },
    SPLIT: { description: '拆分' },
    MERGED: { description: '合并' },
    RECLASSIFIED: { description: '村改居' },
  },
});

export const ChangeStatus = {
  PROPOSED: 'PROPOSED',
  CONFIRMED: 'CONFIRMED',
  REJECTED: 'REJECTED',
} as const;
export type ChangeStatus = keyof typeof ChangeStatus;
registerEnumType(ChangeStatus, {
  name: 'ChangeStatus',
  valuesConfig: {
    PROPOSED: { description: '待确认' },
    CONFIRMED: { description: '已确认' },
    REJECTED: { description: '已驳回' },
  },
});

export const MatchRule = {
  SAME_CODE_SAME_CORE: 'SAME_CODE_SAME_CORE',
  UNIQUE_CORE: 'UNIQUE_CORE',
  SAME_CODE_OTHER_CORE: 'SAME_CODE_OTHER_CORE',
  NONE: 'NONE',
} as const;
export type MatchRule = keyof typeof MatchRule;
registerEnumType(MatchRule, {
  name: 'MatchRule',
  description: 'How a change was proposed (§3.2).',
  valuesConfig: {
    SAME_CODE_SAME_CORE: { description: '同码同名' },
    UNIQUE_CORE: { description: '名称核唯一' },
    SAME_CODE_OTHER_CORE: { description: '同码异名' },
    NONE: { description: '新增或撤销' },
  },
});

export const StatSource = {
  CENSUS: 'CENSUS',
  POLICE_REGISTER: 'POLICE_REGISTER',
  COMMUNITY_COUNT: 'COMMUNITY_COUNT',
  ESTIMATE: 'ESTIMATE',
} as const;
export type StatSource = keyof typeof StatSource;
registerEnumType(StatSource, {
  name: 'StatSource',
  valuesConfig: {
    CENSUS: { description: '普查' },
    POLICE_REGISTER: { description: '户籍' },
    COMMUNITY_COUNT: { description: '社区统计' },
    ESTIMATE: { description: '估算' },
  },
});

@ObjectType({ description: 'A division of any level, from city to community (区划); it outlives its codes and names.' })
@Directive('@key(fields: "id")')
@Directive('@key(fields: "code")')
@Tag(...EVERYONE)
export class Area {
  @Field(() => ID)
  id!: string;

  @Field(() => AreaCode, { description: "Today's code." })
  code!: string;

  @Field(() => AreaKind)
  kind!: AreaKind;

  @Field(() => String, { description: 'Full name, e.g. 武汉路社区居民委员会.' })
  name!: string;

  @Field(() => String, { description: 'Short name, e.g. 武汉路社区.' })
  shortName!: string;

  @Field(() => Area, { nullable: true, description: 'Null at the top of what is loaded.' })
  parent!: Area | null;

  @Field(() => [Area], { description: 'From the top down to the parent.' })
  ancestors!: Area[];

  @Field(() => [CommunityMembership], {
    nullable: true,
    description:
      'Each community that belongs or belonged here, with each street it belonged to; all that other subgraphs need to add up (隶属关系).',
  })
  membership!: CommunityMembership[] | null;

  @Field(() => [AreaVersion], { description: 'Codes and names over time, oldest first.' })
  versions!: AreaVersion[];

  @Field(() => [AreaChange], { description: 'Confirmed changes, oldest first (沿革).' })
  lineage!: AreaChange[];

  @Field(() => AreaCode, {
    nullable: true,
    description: 'The retired code by which the caller asked; set under the root field `area` only.',
  })
  resolvedFromRetiredCode!: string | null;

  @Field(() => GeoJSON, { nullable: true, description: "The district's own surveying data; null without them." })
  boundary!: object | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Resident households (常住户数), latest; above communities the sum over the known ones.',
  })
  households!: number | null;

  @Field(() => Int, { nullable: true, description: 'Resident population (常住人口), persons, latest; summed likewise.' })
  population!: number | null;

  @Field(() => Int, { nullable: true, description: 'Residents aged 60 and over (60岁以上), persons, latest; summed likewise.' })
  residents60Plus!: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Large community (大型社区): population ≥ 10,000 (default); null for other levels or an unknown population.',
  })
  isLarge!: boolean | null;
}

@ObjectType()
@Tag(...EVERYONE)
export class AreaConnection {
  @Field(() => [Area])
  nodes!: Area[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'Code, name and parent of a place in a span of time (区划版本); `validTo` is exclusive.' })
@Tag(...EVERYONE)
export class AreaVersion {
  @Field(() => AreaCode)
  code!: string;

  @Field(() => String)
  name!: string;

  @Field(() => AreaKind)
  kind!: AreaKind;

  @Field(() => AreaCode, { nullable: true })
  parentCode!: string | null;

  @Field(() => CivilDate)
  validFrom!: string;

  @Field(() => CivilDate, { nullable: true })
  validTo!: string | null;

  @Field(() => Int)
  editionFrom!: number;

  @Field(() => Int, { nullable: true })
  editionTo!: number | null;
}

@ObjectType({ description: 'A place as it stood in an edition.' })
@Tag(...EVERYONE)
export class AreaVersionRef {
  @Field(() => Area, { nullable: true })
  area!: Area | null;

  @Field(() => AreaCode)
  code!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Int)
  edition!: number;
}

@ObjectType({ description: 'A change between two editions (区划变更); a registrar confirms it.' })
@Tag(...EVERYONE)
export class AreaChange {
  @Field(() => ID)
  id!: string;

  @Field(() => AreaChangeKind)
  kind!: AreaChangeKind;

  @Field(() => [AreaChangeKind], { description: 'Further kinds of the same change, e.g. RECODED beside TRANSFERRED.' })
  alsoKinds!: AreaChangeKind[];

  @Field(() => [AreaVersionRef], { description: 'In the earlier edition; empty for CREATED.' })
  from!: AreaVersionRef[];

  @Field(() => [AreaVersionRef], { description: 'In the later edition; empty for ABOLISHED.' })
  to!: AreaVersionRef[];

  @Field(() => [Area], { description: 'The places that a SPLIT or MERGED place came from; else empty.' })
  predecessors!: Area[];

  @Field(() => CivilDate, { description: 'First day of the new state.' })
  effectiveOn!: string;

  @Field(() => ChangeStatus)
  status!: ChangeStatus;

  @Field(() => MatchRule)
  rule!: MatchRule;

  @Field(() => Boolean, { description: 'True where `confirmAreaChanges` takes it.' })
  bulkAllowed!: boolean;

  @Field(() => [AreaVersionRef], { description: 'LINEAGE_AMBIGUOUS: what the registrar must choose from; else empty.' })
  candidates!: AreaVersionRef[];

  @Tag('department', 'audit')
  @Authorized(...STAFF, ...INTERNAL, ...AUDIT)
  @Field(() => Organization, { nullable: true })
  confirmedBy!: Organization | null;

  @Tag('department', 'audit')
  @Authorized(...STAFF, ...INTERNAL, ...AUDIT)
  @Field(() => Instant, { nullable: true })
  decidedAt!: string | null;

  @Tag('department', 'audit')
  @Authorized(...STAFF, ...INTERNAL, ...AUDIT)
  @Field(() => String, { nullable: true })
  note!: string | null;

  @Field(() => Int)
  version!: number;
}

@ObjectType()
@Tag(...EVERYONE)
export class AreaChangeConnection {
  @Field(() => [AreaChange])
  nodes!: AreaChange[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'A whole official list of codes and names (区划版次).' })
@Tag(...EVERYONE)
export class DivisionEdition {
  @Field(() => Int)
  year!: number;

  @Field(() => CivilDate)
  cutoffDate!: string;

  @Field(() => CivilDate, { nullable: true })
  publishedOn!: string | null;

  @Field(() => String)
  source!: string;

  @Field(() => String)
  license!: string;

  @Field(() => String)
  checksum!: string;

  @Field(() => Int)
  rowCount!: number;

  @Field(() => Int)
  undecidedCount!: number;
}

@ObjectType({ description: 'One row of an edition exactly as published.' })
@Tag(...EVERYONE)
export class DivisionRow {
  @Field(() => AreaCode)
  code!: string;

  @Field(() => String)
  name!: string;

  @Field(() => AreaKind)
  kind!: AreaKind;

  @Field(() => AreaCode, { nullable: true })
  parentCode!: string | null;

  @Field(() => Area, { nullable: true })
  area!: Area | null;
}

@ObjectType()
@Tag(...EVERYONE)
export class DivisionRowConnection {
  @Field(() => [DivisionRow])
  nodes!: DivisionRow[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'Households and residents of a community on a day (户数与人口统计); a sum above communities.' })
@Tag(...EVERYONE)
export class AreaStat {
  @Field(() => CivilDate)
  asOf!: string;

  @Field(() => StatSource, { nullable: true, description: 'Null for a sum.' })
  source!: StatSource | null;

  @Field(() => Int, { description: '户数, resident households.' })
  households!: number;

  @Field(() => Int, { description: '常住人口, persons.' })
  population!: number;

  @Field(() => Int, { nullable: true })
  residents60Plus!: number | null;

  @Field(() => Int, { nullable: true })
  residents65Plus!: number | null;

  @Field(() => Int, { nullable: true })
  children0to14!: number | null;

  @Field(() => KpiQuality, { description: 'PARTIAL for a sum with unknown communities.' })
  quality!: KpiQuality;

  @Tag('department', 'audit')
  @Authorized(...STAFF, ...INTERNAL, ...AUDIT)
  @Field(() => Provenance, { nullable: true })
  provenance!: Provenance | null;
}

@InputType()
export class AreaFilter {
  @Field(() => [AreaKind], { nullable: true })
  kinds?: AreaKind[] | null;

  @Field(() => AreaCode, { nullable: true })
  parentCode?: string | null;

  @Field(() => String, { nullable: true })
  text?: string | null;

  @Field(() => Boolean, { nullable: true })
  isLarge?: boolean | null;

  @Field(() => CivilDate, { nullable: true })
  at?: string | null;
}

@InputType()
export class AreaChangeFilter {
  @Field(() => Int, { nullable: true })
  editionFrom?: number | null;

  @Field(() => Int, { nullable: true })
  editionTo?: number | null;

  @Field(() => [ChangeStatus], { nullable: true })
  statuses?: ChangeStatus[] | null;

  @Field(() => [AreaChangeKind], { nullable: true })
  kinds?: AreaChangeKind[] | null;

  @Field(() => AreaCode, { nullable: true })
  areaCode?: string | null;

  @Field(() => Boolean, { nullable: true })
  bulkAllowed?: boolean | null;
}
