import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Cost, ListSize } from './cost.ts';
import { LatLng } from './geo.type.ts';
import { CivilDate, Instant, Json } from './scalars.ts';

// Value types, enums and inputs of the contract's common.graphql, the same in every subgraph (§2.1). A subgraph's schema has those that it uses.
// They carry no tags: the function that finishes a subgraph (federate.ts) gives them the tags of the fields that return them.

/** What a department needs of an area to add up its own records to it under both bases (§2.3): for `@Directive(...)` on figures. */
export const NEEDS_MEMBERSHIP =
  '@requires(fields: "membership { communityId streetId districtId recordedFrom recordedTo current stats { asOf households population residents60Plus } }")';
/** What a list or a count of today needs of an area: the communities that belong to it now. */
export const NEEDS_COMMUNITIES = '@requires(fields: "membership { communityId streetId districtId current }")';

/**
 * Stands for the subgraph's own `Area` where a value type points at a place: each subgraph has another class of that name, so federate.ts puts
 * that one in its place. A resolver gives `{ id }`.
 */
@ObjectType()
@Directive('@standsFor(type: "Area")')
export class AreaReference {
  @Field(() => ID)
  id!: string;
}

/** As AreaReference, for `Organization`. */
@ObjectType()
@Directive('@standsFor(type: "Organization")')
export class OrganizationReference {
  @Field(() => ID)
  id!: string;
}

export const AreaBasis = {
  RESTATED: 'RESTATED',
  AS_RECORDED: 'AS_RECORDED',
} as const;
export type AreaBasis = keyof typeof AreaBasis;
registerEnumType(AreaBasis, {
  name: 'AreaBasis',
  valuesConfig: {
    RESTATED: { description: "Today's boundaries applied to all history." },
    AS_RECORDED: { description: 'Boundaries at the date of the event.' },
  },
});

export const AreaLevel = {
  DISTRICT: 'DISTRICT',
  STREET: 'STREET',
  COMMUNITY: 'COMMUNITY',
} as const;
export type AreaLevel = keyof typeof AreaLevel;
registerEnumType(AreaLevel, { name: 'AreaLevel' });

export const PeriodGrain = {
  MONTH: 'MONTH',
  QUARTER: 'QUARTER',
  YEAR: 'YEAR',
  CUSTOM: 'CUSTOM',
} as const;
export type PeriodGrain = keyof typeof PeriodGrain;
registerEnumType(PeriodGrain, { name: 'PeriodGrain' });

@InputType({ description: 'Half-open [start, end) in Asia/Shanghai.' })
export class PeriodInput {
  @Field(() => PeriodGrain)
  grain!: PeriodGrain;

  @Field(() => CivilDate)
  start!: string;

  @Field(() => CivilDate)
  end!: string;
}

@ObjectType()
@Directive('@shareable')
@Cost(0)
export class Period {
  @Field(() => PeriodGrain)
  grain!: PeriodGrain;

  @Field(() => CivilDate)
  start!: string;

  @Field(() => CivilDate)
  end!: string;
}

@ObjectType({
  description:
    'One dated fact: this community belonged to this street in this district. Enough to add up any record to any area under both bases.',
})
@Directive('@shareable')
export class CommunityMembership {
  @Field(() => ID)
  communityId!: string;

  @Field(() => ID)
  streetId!: string;

  @Field(() => ID)
  districtId!: string;

  @Field(() => CivilDate, { nullable: true })
  recordedFrom!: string | null;

  @Field(() => CivilDate, { nullable: true })
  recordedTo!: string | null;

  @Field(() => Boolean, { description: 'True for the one row that holds today; RESTATED counts by it alone.' })
  current!: boolean;

  @ListSize({ assumed: 3 })
  @Field(() => [StatPoint], { description: 'Statistics of the community, ascending by asOf.' })
  stats!: StatPoint[];
}

@ObjectType()
@Directive('@shareable')
export class StatPoint {
  @Field(() => CivilDate)
  asOf!: string;

  @Field(() => Int, { nullable: true })
  households!: number | null;

  @Field(() => Int, { nullable: true })
  population!: number | null;

  @Field(() => Int, { nullable: true })
  residents60Plus!: number | null;
}

@ObjectType({ description: 'Where people of one compound begin to walk, in WGS-84.' })
@Directive('@shareable')
export class WalkOrigin {
  @Field(() => ID)
  compoundId!: string;

  @Field(() => ID)
  communityId!: string;

  @Field(() => Int, { nullable: true })
  households!: number | null;

  @Field(() => Int, { nullable: true })
  residents60Plus!: number | null;

  @Field(() => [LatLng])
  points!: LatLng[];

  @Field(() => Boolean)
  estimated!: boolean;
}

@ObjectType({ description: 'Something that is missing or late in a place. Never a person.' })
@Directive('@shareable')
export class Gap {
  @Field(() => String)
  code!: string;

  @Field(() => AreaReference, { nullable: true })
  area!: string | null;

  @Field(() => String)
  titleZh!: string;

  @Field(() => String)
  titleEn!: string;

  @Field(() => ID, { nullable: true })
  subjectId!: string | null;

  @Field(() => CivilDate, { nullable: true })
  since!: string | null;

  @Field(() => CivilDate, { nullable: true })
  dueOn!: string | null;
}

@ObjectType()
@Directive('@shareable')
@Cost(0)
export class PageInfo {
  @Field(() => String, { nullable: true })
  endCursor!: string | null;

  @Field(() => Boolean)
  hasNextPage!: boolean;
}

@ObjectType()
@Directive('@shareable')
export class FileRef {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String)
  mediaType!: string;

  @Field(() => Int)
  bytes!: number;

  @Field(() => String)
  sha256!: string;
}

@ObjectType({ description: 'A step in the life of an object. No personal data.' })
@Directive('@shareable')
export class Event {
  @Field(() => Int)
  seq!: number;

  @Field(() => Instant)
  at!: string;

  @Field(() => OrganizationReference, { nullable: true })
  actorOrganization!: string | null;

  @Field(() => String)
  actorRole!: string;

  @Field(() => String, { nullable: true })
  from!: string | null;

  @Field(() => String)
  to!: string;

  @Field(() => String, { nullable: true })
  reason!: string | null;
}

@ObjectType()
@Directive('@shareable')
export class Milestone {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  title!: string;

  @Field(() => CivilDate)
  plannedOn!: string;

  @Field(() => CivilDate, { nullable: true })
  doneOn!: string | null;

  @Field(() => [FileRef])
  evidence!: FileRef[];
}

@ObjectType()
@Directive('@shareable')
@Cost(0)
export class Provenance {
  @Field(() => ID, { nullable: true })
  batchId!: string | null;

  @Field(() => String, { nullable: true })
  sheet!: string | null;

  @Field(() => String, { nullable: true })
  cell!: string | null;

  @Field(() => Instant)
  enteredAt!: string;
}

@ObjectType()
@Directive('@shareable')
@Cost(0)
export class UserError {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => String)
  messageEn!: string;

  @Field(() => [String], { nullable: true })
  field!: string[] | null;

  @Field(() => Json, { nullable: true })
  details!: unknown;
}

/** What every mutation answers (overview §3.4); a payload adds the object that it made or changed, null when it was refused. */
@ObjectType()
export abstract class Payload {
  @Field(() => Boolean)
  ok!: boolean;

  @ListSize({ assumed: 3 })
  @Field(() => [UserError])
  errors!: UserError[];

  @Field(() => String, { nullable: true })
  clientMutationId!: string | null;
}

export const LinkPurpose = {
  ANSWERS: 'ANSWERS',
  FULFILS: 'FULFILS',
  FUNDS: 'FUNDS',
  HOSTS: 'HOSTS',
  EVIDENCES: 'EVIDENCES',
} as const;
export type LinkPurpose = keyof typeof LinkPurpose;
registerEnumType(LinkPurpose, { name: 'LinkPurpose' });
