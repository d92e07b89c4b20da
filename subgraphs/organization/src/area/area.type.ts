import { GraphQLScalarType } from 'graphql';
import { Authorized, Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { AUDIT, INTERNAL, STAFF } from '../../../shared/src/access.ts';
import { CommunityMembership, PageInfo, Provenance } from '../../../shared/src/common.type.ts';
import { ListSize } from '../../../shared/src/cost.ts';
import { KpiQuality } from '../../../shared/src/figure.type.ts';
import { OfOwnPlace } from '../../../shared/src/own-place.ts';
import { AreaCode, CivilDate } from '../../../shared/src/scalars.ts';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';
import { AreaChange, AreaVersion } from './division.type.ts';

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

  @ListSize({ assumed: 3 })
  @Field(() => [Area], { description: 'From the top down to the parent.' })
  ancestors!: Area[];

  @ListSize({ assumed: 80 })
  @Field(() => [CommunityMembership], {
    nullable: true,
    description:
      'Each community that belongs or belonged here, with each street it belonged to; all that other subgraphs need to add up (隶属关系).',
  })
  membership!: CommunityMembership[] | null;

  @ListSize({ assumed: 3 })
  @Field(() => [AreaVersion], { description: 'Codes and names over time, oldest first.' })
  versions!: AreaVersion[];

  @ListSize({ assumed: 5 })
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
  @OfOwnPlace<{ areaId?: string }>(({ areaId }) => areaId)
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
