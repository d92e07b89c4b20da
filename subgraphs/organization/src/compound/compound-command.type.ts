import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../../shared/src/common.type.ts';
import { GeoPointInput } from '../../../shared/src/geo.type.ts';
import { BuildingCode, CivilDate, CompoundCode, Decimal } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { Building, BuildingKind, Compound, CompoundType, ManagementMode } from './compound.type.ts';

@InputType()
export class UpsertCompoundInput {
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field(() => Int, { nullable: true })
  expectedVersion?: number | null;

  @Field(() => CivilDate)
  effectiveOn!: string;

  @Field(() => ID)
  areaId!: string;

  @Field(() => CompoundCode, { nullable: true, description: 'Given by the hub when null.' })
  code?: string | null;

  @Field(() => String)
  name!: string;

  @Field(() => [String], { nullable: true })
  aliases?: string[] | null;

  @Field(() => [CompoundType])
  types!: CompoundType[];

  @Field(() => ManagementMode)
  management!: ManagementMode;

  @Field(() => ID, { nullable: true })
  propertyCompanyId?: string | null;

  @Field(() => ID, { nullable: true })
  hostId?: string | null;

  @Field(() => Int, { nullable: true })
  builtYear?: number | null;

  @Field(() => Int, { nullable: true })
  households?: number | null;

  @Field(() => Int, { nullable: true })
  population?: number | null;

  @Field(() => Int, { nullable: true })
  residents60Plus?: number | null;

  @Field(() => Decimal, { nullable: true })
  totalExclusiveArea?: string | null;

  @Field(() => Int, { nullable: true })
  ownerCount?: number | null;

  @Field(() => GeoPointInput, { nullable: true })
  location?: GeoPointInput | null;

  @Field(() => [GeoPointInput], { nullable: true })
  entrances?: GeoPointInput[] | null;
}

@InputType()
export class TransferCompoundInput {
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID)
  compoundId!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => ID)
  toAreaId!: string;

  @Field(() => CompoundCode, { nullable: true })
  newCode?: string | null;

  @Field(() => CivilDate)
  effectiveOn!: string;
}

@InputType()
export class UpsertBuildingInput {
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field(() => Int, { nullable: true })
  expectedVersion?: number | null;

  @Field(() => CivilDate)
  effectiveOn!: string;

  @Field(() => ID)
  compoundId!: string;

  @Field(() => BuildingCode, { nullable: true })
  code?: string | null;

  @Field(() => String)
  label!: string;

  @Field(() => BuildingKind)
  kind!: BuildingKind;

  @Field(() => Int, { nullable: true })
  units?: number | null;

  @Field(() => Int, { nullable: true })
  floors?: number | null;

  @Field(() => Int, { nullable: true })
  households?: number | null;

  @Field(() => ID, { nullable: true })
  stewardAppointmentId?: string | null;
}

@ObjectType()
@Tag('department')
export class CompoundPayload extends Payload {
  @Field(() => Compound, { nullable: true })
  compound!: Compound | null;
}

@ObjectType()
@Tag('department')
export class BuildingPayload extends Payload {
  @Field(() => Building, { nullable: true })
  building!: Building | null;
}
