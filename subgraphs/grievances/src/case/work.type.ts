import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { FileRef } from '../../../shared/src/common.type.ts';
import { CivilDate } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { SuspensionReason } from './case.type.ts';
import { PauseReason } from './clock.type.ts';

export const EvidenceKind = {
  BEFORE: 'BEFORE',
  AFTER: 'AFTER',
  DOCUMENT: 'DOCUMENT',
} as const;
export type EvidenceKind = keyof typeof EvidenceKind;
registerEnumType(EvidenceKind, { name: 'EvidenceKind' });

@ObjectType({ description: 'Proof of the work (办理佐证).' })
@Tag('department')
export class Evidence {
  @Field(() => EvidenceKind)
  kind!: EvidenceKind;

  @Field(() => FileRef)
  file!: FileRef;

  @Field(() => CivilDate, { nullable: true })
  takenOn!: string | null;
}

@InputType()
export class EvidenceInput {
  @Field(() => EvidenceKind)
  kind!: EvidenceKind;

  @Field(() => ID)
  fileId!: string;

  @Field(() => CivilDate, { nullable: true })
  takenOn?: string | null;
}

@InputType()
export class AcceptOrderInput {
  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID)
  orderId!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => ID, { nullable: true })
  handlerId?: string | null;
}

@InputType()
export class StartWorkInput {
  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID)
  orderId!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => ID, { nullable: true })
  handlerId?: string | null;
}

@InputType()
export class RecordProgressInput {
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID)
  orderId!: string;

  @Field(() => String)
  text!: string;

  @Field(() => [EvidenceInput], { nullable: true })
  evidence?: EvidenceInput[] | null;

  @Field(() => Boolean, { description: 'The text goes to every reporter; the first such text is the response.', defaultValue: false })
  toReporters!: boolean;

  @Field(() => PauseReason, { nullable: true })
  pauseClocks?: PauseReason | null;

  @Field(() => CivilDate, { nullable: true })
  pauseUntil?: string | null;

  @Field(() => Boolean, { nullable: true })
  resumeClocks?: boolean | null;

  @Field(() => SuspensionReason, { nullable: true, description: 'The LEAD asks the street to shelve the case.' })
  suspensionWanted?: SuspensionReason | null;

  @Field(() => Boolean, { description: 'ASSIST: own part done.', defaultValue: false })
  done!: boolean;
}

@InputType()
export class HandleCaseInput {
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ID)
  caseId!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => String)
  result!: string;

  @Field(() => String)
  messageToReporters!: string;

  @Field(() => [EvidenceInput])
  evidence!: EvidenceInput[];
}
