import { ObjectType, registerEnumType } from 'type-graphql';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';

export const FacilityKpi = {
  FAC_1: 'FAC_1',
  FAC_1G: 'FAC_1G',
  FAC_2: 'FAC_2',
  FAC_3: 'FAC_3',
  FAC_4: 'FAC_4',
  FAC_5: 'FAC_5',
  FAC_7: 'FAC_7',
  FAC_13: 'FAC_13',
} as const;
export type FacilityKpi = keyof typeof FacilityKpi;
registerEnumType(FacilityKpi, { name: 'FacilityKpi', description: 'Keys of the figures, §6.6.' });

@ObjectType({ description: 'Figures of one place and period (设施指标汇总).' })
@Tag(...EVERYONE)
export class FacilitySummary {}
