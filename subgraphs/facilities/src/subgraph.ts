import 'reflect-metadata';
import type { Subgraph } from '../../shared/src/subgraph.ts';
import { coverageEntities } from './coverage/coverage.entity.ts';
import { facilityEntities } from './facility/facility.entity.ts';

export const definition: Subgraph = {
  name: 'facilities',
  entities: [...facilityEntities, ...coverageEntities],
  types: [],
  resolvers: [],
  references: {},
};
