import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../../shared/src/common.type.ts';
import { CivilDate } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { AreaStat, StatSource } from './area.type.ts';
import { AreaChange, AreaChangeKind, DivisionEdition } from './division.type.ts';

@InputType()
export class LoadDivisionEditionInput {
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => Int)
  year!: number;

  @Field(() => CivilDate)
  cutoffDate!: string;

  @Field(() => CivilDate, { nullable: true })
  publishedOn?: string | null;

  @Field(() => String)
  source!: string;

  @Field(() => String)
  license!: string;

  @Field(() => String)
  checksum!: string;

  @Field(() => ID)
  fileId!: string;
}

@InputType()
export class ConfirmAreaChangeInput {
  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID)
  id!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => AreaChangeKind, { nullable: true, description: 'Another kind than proposed, e.g. SPLIT or MERGED for a CREATED place.' })
  kind?: AreaChangeKind | null;

  @Field(() => [AreaChangeKind], { nullable: true })
  alsoKinds?: AreaChangeKind[] | null;

  @Field(() => [ID], { nullable: true, description: 'Required for SPLIT, MERGED and where candidates are given.' })
  predecessorIds?: string[] | null;

  @Field(() => CivilDate, { nullable: true })
  effectiveOn?: string | null;

  @Field(() => String, { nullable: true })
  note?: string | null;
}

@InputType()
export class ConfirmAreaChangesInput {
  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => [ID])
  ids!: string[];
}

@InputType()
export class RejectAreaChangeInput {
  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID)
  id!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => String)
  note!: string;
}

@InputType()
export class RecordAreaStatInput {
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID)
  areaId!: string;

  @Field(() => CivilDate)
  asOf!: string;

  @Field(() => StatSource)
  source!: StatSource;

  @Field(() => Int)
  households!: number;

  @Field(() => Int)
  population!: number;

  @Field(() => Int, { nullable: true })
  residents60Plus?: number | null;

  @Field(() => Int, { nullable: true })
  residents65Plus?: number | null;

  @Field(() => Int, { nullable: true })
  children0to14?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Accepts a change of more than 30 % against the previous.', defaultValue: false })
  confirmJump?: boolean | null;
}

@ObjectType()
export class DivisionEditionPayload extends Payload {
  @Field(() => DivisionEdition, { nullable: true })
  edition!: DivisionEdition | null;
}

@ObjectType()
export class AreaChangePayload extends Payload {
  @Field(() => AreaChange, { nullable: true })
  change!: AreaChange | null;
}

@ObjectType({ description: 'All or none; `errors` name the ids that do not allow it.' })
export class AreaChangesPayload extends Payload {
  @Field(() => [AreaChange], { nullable: true })
  changes!: AreaChange[] | null;
}

@ObjectType()
@Tag('department')
export class AreaStatPayload extends Payload {
  @Field(() => AreaStat, { nullable: true })
  stat!: AreaStat | null;
}
