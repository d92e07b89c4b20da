import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../../shared/src/common.type.ts';
import { CivilDate } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { Facility } from './facility.type.ts';
import { HolidayPolicy, OpeningHours } from './opening.type.ts';

@InputType()
export class OpeningRuleInput {
  @Field(() => [Int])
  weekdays!: number[];

  @Field(() => String)
  from!: string;

  @Field(() => String)
  to!: string;
}

@InputType()
export class OpeningExceptionInput {
  @Field(() => CivilDate)
  date!: string;

  @Field(() => Boolean)
  open!: boolean;

  @Field(() => String, { nullable: true })
  from?: string | null;

  @Field(() => String, { nullable: true })
  to?: string | null;

  @Field(() => String, { nullable: true })
  reason?: string | null;
}

@InputType({ description: 'Exactly one of facilityId and offeringId, exactly one of osm and rules.' })
export class SetOpeningHoursInput {
  @Field(() => ID, { nullable: true })
  facilityId?: string | null;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => String, { nullable: true })
  osm?: string | null;

  @Field(() => [OpeningRuleInput], { nullable: true })
  rules?: OpeningRuleInput[] | null;

  @Field(() => HolidayPolicy, { nullable: true, defaultValue: HolidayPolicy.CLOSED })
  onStatutoryHoliday?: HolidayPolicy | null;

  @Field(() => HolidayPolicy, { nullable: true, defaultValue: HolidayPolicy.AS_WEEKDAY })
  onMakeUpWorkday?: HolidayPolicy | null;

  @Field(() => [OpeningExceptionInput], { nullable: true, defaultValue: [] })
  exceptions?: OpeningExceptionInput[] | null;

  @Field(() => String, { nullable: true })
  note?: string | null;

  @Field(() => CivilDate, { nullable: true, description: 'Default today.' })
  effectiveOn?: string | null;
}

@ObjectType()
@Tag('department')
export class OpeningHoursPayload extends Payload {
  @Field(() => OpeningHours, { nullable: true })
  opening!: OpeningHours | null;

  @Field(() => Facility, { nullable: true })
  facility!: Facility | null;
}
