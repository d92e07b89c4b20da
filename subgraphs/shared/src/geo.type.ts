import { Directive, Field, Float, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Cost } from './cost.ts';

// Places on the earth and how one is asked for, the same in every subgraph; see common.type.ts.

@ObjectType()
@Directive('@shareable')
@Cost(0)
export class LatLng {
  @Field(() => Float)
  lat!: number;

  @Field(() => Float)
  lng!: number;
}

export const Crs = {
  WGS84: 'WGS84',
  CGCS2000: 'CGCS2000',
  GCJ02: 'GCJ02',
  BD09: 'BD09',
} as const;
export type Crs = keyof typeof Crs;
registerEnumType(Crs, { name: 'Crs' });

export const GeoPrecision = {
  ENTRANCE: 'ENTRANCE',
  BUILDING: 'BUILDING',
  COMPOUND: 'COMPOUND',
  COMMUNITY: 'COMMUNITY',
} as const;
export type GeoPrecision = keyof typeof GeoPrecision;
registerEnumType(GeoPrecision, { name: 'GeoPrecision' });

@ObjectType()
@Directive('@shareable')
@Cost(0)
export class GeoPoint {
  @Field(() => Float)
  lat!: number;

  @Field(() => Float)
  lng!: number;

  @Field(() => Crs)
  crs!: Crs;

  @Field(() => GeoPrecision)
  precision!: GeoPrecision;
}

@InputType()
export class GeoPointInput {
  @Field(() => Float)
  lat!: number;

  @Field(() => Float)
  lng!: number;

  @Field(() => Crs)
  crs!: Crs;

  @Field(() => GeoPrecision, { nullable: true, defaultValue: GeoPrecision.BUILDING })
  precision?: GeoPrecision | null;
}

@InputType()
export class NearInput {
  @Field(() => Float)
  lat!: number;

  @Field(() => Float)
  lng!: number;

  @Field(() => Crs)
  crs!: Crs;

  @Field(() => Int, { defaultValue: 1000 })
  metres!: number;
}

@InputType()
export class BboxInput {
  @Field(() => Float)
  south!: number;

  @Field(() => Float)
  west!: number;

  @Field(() => Float)
  north!: number;

  @Field(() => Float)
  east!: number;

  @Field(() => Crs)
  crs!: Crs;
}
