import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { CivilDate } from '../../../shared/src/scalars.ts';
import { PEOPLE, Tag } from '../../../shared/src/tag.ts';
import { Area } from '../area/area.type.ts';

@ObjectType({ description: 'A volunteer (志愿者) as he and his guardian see him. No entity: no other department can hang a fact on him.' })
@Tag('resident')
export class Volunteer {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'Unified national number (全国志愿者统一编号); never the ID-card number.' })
  number!: string;

  @Field(() => String, { description: 'Chosen by the volunteer; default surname + 师傅/女士/先生.' })
  displayName!: string;

  @Field(() => Area, { nullable: true })
  homeCommunity!: Area | null;

  @Field(() => CivilDate)
  joinedOn!: string;

  @Field(() => VolunteerStatus)
  status!: VolunteerStatus;

  @Field(() => AgeBand)
  ageBand!: AgeBand;

  @Field(() => CivilDate, {
    nullable: true,
    description: "Day of the guardian's consent (监护人同意); the guardian himself is in the vault.",
  })
  guardianConsentOn!: string | null;

  @Field(() => [SkillTag])
  skills!: SkillTag[];

  @Field(() => Int, { description: 'Confirmed service; unit min.' })
  totalMinutes!: number;

  @Field(() => Int, { description: 'Star level 0–5 (星级志愿者), from confirmed minutes.' })
  starLevel!: number;

  @Field(() => Int)
  version!: number;
}

@ObjectType({ description: 'A volunteer as the recorder and the bank operator see him; carries no list.' })
@Tag('resident', 'department', 'audit')
export class VolunteerCard {
  @Field(() => String)
  number!: string;

  @Tag('resident', 'department')
  @Field(() => String)
  displayName!: string;

  @Tag('resident', 'department')
  @Field(() => AgeBand)
  ageBand!: AgeBand;

  @Tag('resident', 'department')
  @Field(() => [SkillTag])
  skills!: SkillTag[];
}

export const VolunteerStatus = {
  PENDING_CONSENT: 'PENDING_CONSENT',
  ACTIVE: 'ACTIVE',
  PAUSED: 'PAUSED',
  LEFT: 'LEFT',
} as const;
export type VolunteerStatus = keyof typeof VolunteerStatus;
registerEnumType(VolunteerStatus, {
  name: 'VolunteerStatus',
  valuesConfig: {
    PENDING_CONSENT: { description: '待监护人同意' },
    ACTIVE: { description: '正常' },
    PAUSED: { description: '暂停' },
    LEFT: { description: '已退出' },
  },
});

export const AgeBand = {
  UNDER_14: 'UNDER_14',
  FROM_14_TO_17: 'FROM_14_TO_17',
  ADULT: 'ADULT',
} as const;
export type AgeBand = keyof typeof AgeBand;
registerEnumType(AgeBand, {
  name: 'AgeBand',
  valuesConfig: {
    UNDER_14: { description: '未满14周岁' },
    FROM_14_TO_17: { description: '14至17周岁' },
    ADULT: { description: '成年' },
  },
});

@ObjectType({ description: 'A skill from a configured list (特长).' })
@Tag(...PEOPLE)
export class SkillTag {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  nameZh!: string;

  @Field(() => String)
  nameEn!: string;
}
