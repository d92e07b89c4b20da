import { ObjectType, registerEnumType } from 'type-graphql';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';

export const GrievanceKpi = {
  GRV_1: 'GRV_1',
  GRV_2: 'GRV_2',
  GRV_3: 'GRV_3',
  GRV_4: 'GRV_4',
  GRV_14: 'GRV_14',
  GRV_16: 'GRV_16',
} as const;
export type GrievanceKpi = keyof typeof GrievanceKpi;
registerEnumType(GrievanceKpi, { name: 'GrievanceKpi' });

@ObjectType({ description: 'Figures of one place and period (诉求指标汇总).' })
@Tag(...EVERYONE)
export class GrievanceSummary {}
