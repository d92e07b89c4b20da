import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { FileRef, PageInfo, Payload } from '../../../shared/src/common.type.ts';
import { GeoPointInput } from '../../../shared/src/geo.type.ts';
import { AreaCode, Instant } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { Area, Building, Compound } from '../area/area.type.ts';
import { Case } from '../case/case.type.ts';
import { CaseCategory } from '../category/category.type.ts';
import { FollowUp } from './follow-up.type.ts';

export const Channel = {
  MINI_PROGRAM: 'MINI_PROGRAM',
  HOTLINE_12345: 'HOTLINE_12345',
  COUNTER: 'COUNTER',
  NEIGHBOUR_LEAD: 'NEIGHBOUR_LEAD',
  GRID_PATROL: 'GRID_PATROL',
  JOINT_MEETING: 'JOINT_MEETING',
  PARTNER_UNIT: 'PARTNER_UNIT',
  PAPER: 'PAPER',
  IMPORT: 'IMPORT',
} as const;
export type Channel = keyof typeof Channel;
registerEnumType(Channel, { name: 'Channel' });

export const ReportKind = {
  CONSULT: 'CONSULT',
  HELP: 'HELP',
  COMPLAINT: 'COMPLAINT',
  SUGGESTION: 'SUGGESTION',
  COMMEND: 'COMMEND',
  DISPUTE: 'DISPUTE',
} as const;
export type ReportKind = keyof typeof ReportKind;
registerEnumType(ReportKind, {
  name: 'ReportKind',
  valuesConfig: {
    CONSULT: { description: '咨询' },
    HELP: { description: '求助' },
    COMPLAINT: { description: '投诉' },
    SUGGESTION: { description: '建议' },
    COMMEND: { description: '表扬' },
    DISPUTE: { description: '纠纷' },
  },
});

export const Anonymity = {
  NAMED_TO_CHAIN: 'NAMED_TO_CHAIN',
  ANONYMOUS_WITH_RECEIPT: 'ANONYMOUS_WITH_RECEIPT',
  FULLY_ANONYMOUS: 'FULLY_ANONYMOUS',
} as const;
export type Anonymity = keyof typeof Anonymity;
registerEnumType(Anonymity, {
  name: 'Anonymity',
  valuesConfig: {
    NAMED_TO_CHAIN: { description: 'Name and contact in the vault, for the chain.' },
    ANONYMOUS_WITH_RECEIPT: { description: 'No name; receipt and PIN.' },
    FULLY_ANONYMOUS: { description: 'No way back.' },
  },
});

@ObjectType({ description: 'What a resident said (诉求). No entity; read by the chain with caseReports, purpose logged.' })
@Tag('department')
export class Report {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: '24 characters with a check digit.' })
  receiptNo!: string;

  @Field(() => ReportKind)
  kind!: ReportKind;

  @Field(() => Channel)
  channel!: Channel;

  @Field(() => Anonymity)
  anonymity!: Anonymity;

  @Field(() => Instant)
  receivedAt!: string;

  @Field(() => CaseCategory, { nullable: true })
  category!: CaseCategory | null;

  @Field(() => Area, { nullable: true })
  area!: Area | null;

  @Field(() => Compound, { nullable: true })
  compound!: Compound | null;

  @Field(() => Building, { nullable: true, description: 'Intake and triage of the place, and a LEAD with contactNeeded; else null.' })
  building!: Building | null;

  @Field(() => PlaceText, { nullable: true, description: 'As building.' })
  place!: PlaceText | null;

  @Field(() => String, { description: 'Redacted like the text.' })
  title!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Original words; intake and triage while open, and a LEAD with contactNeeded; else null.',
  })
  text!: string | null;

  @Field(() => String, { description: 'After the redactor and a human where it was unsure.' })
  redactedText!: string;

  @Field(() => [Attachment])
  attachments!: Attachment[];

  @Field(() => Instant)
  respondBy!: string;

  @Field(() => Instant, { nullable: true })
  respondedAt!: string | null;

  @Field(() => Case, { nullable: true })
  case!: Case | null;

  @Field(() => [FollowUp], { description: 'One per round of handling, newest first.' })
  followUps!: FollowUp[];
}

@ObjectType()
@Tag('department')
export class ReportConnection {
  @Field(() => [Report])
  nodes!: Report[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'The place as the reporter named it (地点描述).' })
@Tag('department')
export class PlaceText {
  @Field(() => String, { nullable: true })
  compoundName!: string | null;

  @Field(() => String, { nullable: true })
  buildingLabel!: string | null;

  @Field(() => String, { nullable: true })
  landmark!: string | null;
}

@ObjectType({ description: 'A file sent with a report (附件); bytes only for the chain.' })
@Tag('department')
export class Attachment {
  @Field(() => FileRef)
  file!: FileRef;

  @Field(() => Boolean)
  exifStripped!: boolean;

  @Field(() => Boolean)
  redacted!: boolean;
}

@InputType()
export class PlaceInput {
  @Field(() => String, { nullable: true })
  compoundName?: string | null;

  @Field(() => String, { nullable: true })
  buildingLabel?: string | null;

  @Field(() => String, { nullable: true })
  landmark?: string | null;
}

@InputType({ description: 'Goes to the vault; null for an anonymous report.' })
export class ReporterInput {
  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => String, { nullable: true })
  phone?: string | null;

  @Field(() => String, { nullable: true })
  address?: string | null;

  @Field(() => Boolean, { defaultValue: true })
  contactAllowed!: boolean;

  @Field(() => Boolean, { defaultValue: false })
  publicationObjected!: boolean;
}

@InputType()
export class SubmitReportInput {
  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true })
  clientMutationId?: string | null;

  @Field(() => ReportKind)
  kind!: ReportKind;

  @Field(() => Channel)
  channel!: Channel;

  @Field(() => Anonymity)
  anonymity!: Anonymity;

  @Field(() => ID, { nullable: true })
  categoryId?: string | null;

  @Field(() => AreaCode)
  areaCode!: string;

  @Field(() => ID, { nullable: true })
  compoundId?: string | null;

  @Field(() => ID, { nullable: true })
  buildingId?: string | null;

  @Field(() => PlaceInput, { nullable: true })
  place?: PlaceInput | null;

  @Field(() => GeoPointInput, { nullable: true })
  location?: GeoPointInput | null;

  @Field(() => String)
  title!: string;

  @Field(() => String)
  text!: string;

  @Field(() => [ID], { nullable: true })
  attachmentFileIds?: string[] | null;

  @Field(() => ReporterInput, { nullable: true })
  reporter?: ReporterInput | null;

  @Field(() => String, { nullable: true, description: "Number in the hotline's or another system, unique per channel." })
  externalNo?: string | null;

  @Field(() => Instant, { nullable: true, description: 'Time of receipt on paper or by telephone; default now, never later.' })
  receivedAt?: string | null;
}

@ObjectType({ description: 'The PIN is shown this once. emergencyAdvice: which line to call, when words point to danger.' })
@Tag('resident', 'department')
export class SubmitReportPayload extends Payload {
  @Field(() => String, { nullable: true })
  receiptNo!: string | null;

  @Field(() => String, { nullable: true })
  pin!: string | null;

  @Field(() => String, { nullable: true })
  emergencyAdvice!: string | null;
}
