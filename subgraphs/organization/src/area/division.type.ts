import { Authorized, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { AUDIT, INTERNAL, STAFF } from '../../../shared/src/access.ts';
import { PageInfo } from '../../../shared/src/common.type.ts';
import { OfOwnPlace } from '../../../shared/src/own-place.ts';
import { AreaCode, CivilDate, Instant } from '../../../shared/src/scalars.ts';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';
import { Organization } from '../organization/organization.type.ts';
import { Area, AreaKind } from './area.type.ts';

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

/** A place that has changed; null where nobody knows one. */
export const placeOfChange = ({ areaIds }: { areaIds?: readonly string[] }): string | null => areaIds?.[0] ?? null;

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
  @OfOwnPlace(placeOfChange)
  @Field(() => Instant, { nullable: true })
  decidedAt!: string | null;

  @Tag('department', 'audit')
  @Authorized(...STAFF, ...INTERNAL, ...AUDIT)
  @OfOwnPlace(placeOfChange)
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
