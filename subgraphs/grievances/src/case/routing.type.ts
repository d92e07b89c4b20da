import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Tag } from '../../../shared/src/tag.ts';
import { Area, Organization } from '../area/area.type.ts';
import { CaseCategory } from '../category/category.type.ts';

export const RoutingTime = {
  ALWAYS: 'ALWAYS',
  OFFICE_HOURS: 'OFFICE_HOURS',
  OUTSIDE_OFFICE_HOURS: 'OUTSIDE_OFFICE_HOURS',
} as const;
export type RoutingTime = keyof typeof RoutingTime;
registerEnumType(RoutingTime, { name: 'RoutingTime' });

@ObjectType({ description: 'Ordered rule: category, place, management mode, time → LEAD and ASSIST (派遣规则).' })
@Tag('department')
export class RoutingRule {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { description: 'Lower is tried first; the first that fits decides.' })
  order!: number;

  @Field(() => CaseCategory, { nullable: true })
  category!: CaseCategory | null;

  @Field(() => Area, { nullable: true })
  area!: Area | null;

  @Field(() => String, { nullable: true, description: 'A ManagementMode of organization, as text; null fits every mode.' })
  management!: string | null;

  @Field(() => RoutingTime)
  during!: RoutingTime;

  @Field(() => Organization, { nullable: true })
  lead!: Organization | null;

  @Field(() => [Organization], { nullable: true })
  assist!: Organization[] | null;

  @Field(() => Organization, { nullable: true, description: 'Where an order goes that the LEAD did not accept in time.' })
  superior!: Organization | null;

  @Field(() => Boolean)
  active!: boolean;

  @Field(() => Int)
  version!: number;
}
