import { ObjectType, registerEnumType } from 'type-graphql';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';

export const VolunteerKpi = {
  VOL_1: 'VOL_1',
  VOL_1B: 'VOL_1B',
  VOL_2: 'VOL_2',
  VOL_3: 'VOL_3',
  VOL_14: 'VOL_14',
} as const;
export type VolunteerKpi = keyof typeof VolunteerKpi;
registerEnumType(VolunteerKpi, { name: 'VolunteerKpi' });

@ObjectType({ description: 'Figures of one place and period (志愿服务与积分指标).' })
@Tag(...EVERYONE)
export class VolunteerSummary {}
