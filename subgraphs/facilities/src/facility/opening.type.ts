import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { CivilDate, Decimal } from '../../../shared/src/scalars.ts';
import { PEOPLE, Tag } from '../../../shared/src/tag.ts';

@ObjectType({ description: 'Opening hours (开放时间); times are local, Asia/Shanghai.' })
@Tag(...PEOPLE)
export class OpeningHours {
  @Field(() => String, { nullable: true, description: 'OpenStreetMap opening_hours; null if the rules cannot be written so.' })
  osm!: string | null;

  @Field(() => [OpeningRule])
  rules!: OpeningRule[];

  @Field(() => HolidayPolicy)
  onStatutoryHoliday!: HolidayPolicy;

  @Field(() => HolidayPolicy)
  onMakeUpWorkday!: HolidayPolicy;

  @Field(() => [OpeningException], { description: 'Single days; they win over everything else.' })
  exceptions!: OpeningException[];

  @Field(() => Decimal, { nullable: true, description: 'Of an ordinary week without holidays; unit h.' })
  weeklyHours!: string | null;

  @Field(() => String, { nullable: true })
  note!: string | null;
}

@ObjectType({ description: 'Weekdays 1 (Monday) to 7; from and to as HH:MM, to may be 24:00; to ≤ from ends on the next day.' })
@Tag(...PEOPLE)
export class OpeningRule {
  @Field(() => [Int])
  weekdays!: number[];

  @Field(() => String)
  from!: string;

  @Field(() => String)
  to!: string;
}

@ObjectType()
@Tag(...PEOPLE)
export class OpeningException {
  @Field(() => CivilDate)
  date!: string;

  @Field(() => Boolean)
  open!: boolean;

  @Field(() => String, { nullable: true })
  from!: string | null;

  @Field(() => String, { nullable: true })
  to!: string | null;

  @Field(() => String, { nullable: true })
  reason!: string | null;
}

export const HolidayPolicy = {
  CLOSED: 'CLOSED',
  AS_SUNDAY: 'AS_SUNDAY',
  AS_WEEKDAY: 'AS_WEEKDAY',
  SPECIAL: 'SPECIAL',
} as const;
export type HolidayPolicy = keyof typeof HolidayPolicy;
registerEnumType(HolidayPolicy, {
  name: 'HolidayPolicy',
  valuesConfig: {
    CLOSED: { description: '关闭' },
    AS_SUNDAY: { description: '按周日' },
    AS_WEEKDAY: { description: '按平日' },
    SPECIAL: { description: '只按特例' },
  },
});

export const OpenState = {
  OPEN: 'OPEN',
  CLOSED: 'CLOSED',
  UNKNOWN: 'UNKNOWN',
} as const;
export type OpenState = keyof typeof OpenState;
registerEnumType(OpenState, { name: 'OpenState' });
