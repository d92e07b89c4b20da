import { ObjectType, registerEnumType } from 'type-graphql';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';

export const OrganizationKpi = {
  ORG_1: 'ORG_1',
  ORG_2: 'ORG_2',
  ORG_3: 'ORG_3',
  ORG_4: 'ORG_4',
  ORG_6: 'ORG_6',
  ORG_11: 'ORG_11',
  ORG_15: 'ORG_15',
  ORG_15B: 'ORG_15B',
} as const;
export type OrganizationKpi = keyof typeof OrganizationKpi;
registerEnumType(OrganizationKpi, { name: 'OrganizationKpi', description: 'Keys of §4.5; one key is one figure.' });

@ObjectType({ description: 'Figures of one place and period.' })
@Tag(...EVERYONE)
export class OrganizationSummary {}
