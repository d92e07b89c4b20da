import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Instant } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { Organization } from '../area/area.type.ts';
import { SlaPolicy } from '../category/category.type.ts';

export const ClockKind = {
  ACCEPT: 'ACCEPT',
  RESPOND: 'RESPOND',
  RESOLVE: 'RESOLVE',
  FOLLOW_UP: 'FOLLOW_UP',
  REPORT_IN: 'REPORT_IN',
  MEDIATE: 'MEDIATE',
  CONFIRMATION: 'CONFIRMATION',
} as const;
export type ClockKind = keyof typeof ClockKind;
registerEnumType(ClockKind, { name: 'ClockKind' });

export const ClockState = {
  RUNNING: 'RUNNING',
  PAUSED: 'PAUSED',
  MET: 'MET',
  BREACHED: 'BREACHED',
  CANCELLED: 'CANCELLED',
} as const;
export type ClockState = keyof typeof ClockState;
registerEnumType(ClockState, { name: 'ClockState' });

export const ClockColour = {
  GREEN: 'GREEN',
  YELLOW: 'YELLOW',
  RED: 'RED',
  GREY: 'GREY',
} as const;
export type ClockColour = keyof typeof ClockColour;
registerEnumType(ClockColour, {
  name: 'ClockColour',
  valuesConfig: {
    GREEN: { description: '< 80 % used.' },
    YELLOW: { description: '≥ 80 %.' },
    RED: { description: 'Past due.' },
    GREY: { description: 'Paused or none runs.' },
  },
});

export const PauseReason = {
  WAITING_REPORTER: 'WAITING_REPORTER',
  FORCE_MAJEURE: 'FORCE_MAJEURE',
  SUSPENDED: 'SUSPENDED',
} as const;
export type PauseReason = keyof typeof PauseReason;
registerEnumType(PauseReason, { name: 'PauseReason' });

@ObjectType({ description: 'A deadline as a pure function of events, policy version and calendar (时限).' })
@Tag('department')
export class SlaClock {
  @Field(() => ClockKind)
  kind!: ClockKind;

  @Field(() => Instant)
  startedAt!: string;

  @Field(() => Instant)
  dueAt!: string;

  @Field(() => Boolean, { description: 'Depends on a year without a published calendar.' })
  provisional!: boolean;

  @Field(() => [ClockPause])
  pauses!: ClockPause[];

  @Field(() => Instant, { nullable: true })
  stoppedAt!: string | null;

  @Field(() => ClockState)
  state!: ClockState;

  @Field(() => ClockColour)
  colour!: ClockColour;

  @Field(() => Int, { description: "Minutes used on the clock's own time base, pauses taken out." })
  usedMinutes!: number;

  @Field(() => SlaPolicy, { nullable: true })
  policy!: SlaPolicy | null;
}

@ObjectType({ description: 'Time that does not count (计时暂停).' })
@Tag('department')
export class ClockPause {
  @Field(() => PauseReason)
  reason!: PauseReason;

  @Field(() => Instant)
  from!: string;

  @Field(() => Instant, { nullable: true })
  to!: string | null;

  @Field(() => Organization, { nullable: true })
  approvedBy!: Organization | null;
}
