import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../../../shared/src/common.type.ts';
import { AreaCode, CivilDate, Instant } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { Activity, CoefficientKind } from '../activity/activity.type.ts';
import { Organization } from '../area/area.type.ts';
import { VolunteerCard } from '../volunteer/volunteer.type.ts';

@ObjectType({ description: 'A volunteer service record (志愿服务记录), made by the organization that ran the activity.' })
@Tag('resident', 'department', 'audit')
export class ServiceRecord {
  @Field(() => ID)
  id!: string;

  @Field(() => VolunteerCard)
  volunteer!: VolunteerCard;

  @Field(() => Activity)
  activity!: Activity;

  @Field(() => Organization, { nullable: true })
  recorder!: Organization | null;

  @Field(() => String)
  projectName!: string;

  @Field(() => CivilDate)
  on!: string;

  @Field(() => String)
  place!: string;

  @Field(() => Instant)
  startsAt!: string;

  @Field(() => Instant)
  endsAt!: string;

  @Field(() => Int, { description: 'Service time without travel, rounded down to 5; unit min.' })
  minutes!: number;

  @Field(() => String)
  content!: string;

  @Tag('resident', 'department')
  @Field(() => String, { nullable: true, description: 'Person in charge (活动负责人); may be null on imported records.' })
  responsible!: string | null;

  @Tag('resident', 'department')
  @Field(() => String)
  recordedBy!: string;

  @Tag('resident', 'department')
  @Field(() => ServiceEvaluation, {
    nullable: true,
    description: 'Statutory evaluation (评价情况) of the service, not of the person; never counted per person.',
  })
  evaluation!: ServiceEvaluation | null;

  @Field(() => RecordStatus)
  status!: RecordStatus;

  @Field(() => CivilDate, { nullable: true, description: 'Public notice inside the organization (公示).' })
  noticeFrom!: string | null;

  @Field(() => CivilDate, { nullable: true })
  noticeTo!: string | null;

  @Field(() => Instant, { nullable: true })
  confirmedAt!: string | null;

  @Tag('resident', 'department')
  @Field(() => String, { nullable: true, description: 'Reason of an open dispute, without names.' })
  disputeReason!: string | null;

  @Field(() => [CoefficientKind])
  coefficients!: CoefficientKind[];

  @Field(() => ServiceRecord, { nullable: true })
  corrects!: ServiceRecord | null;

  @Field(() => ServiceRecord, { nullable: true })
  correctedBy!: ServiceRecord | null;

  @Field(() => SyncState, { nullable: true, description: 'State towards the designated national system; null before CONFIRMED.' })
  nationalSync!: SyncState | null;

  @Field(() => String, { nullable: true })
  nationalSyncReason!: string | null;

  @Field(() => Int)
  version!: number;
}

@ObjectType()
@Tag('resident', 'department', 'audit')
export class ServiceRecordConnection {
  @Field(() => [ServiceRecord])
  nodes!: ServiceRecord[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

export const RecordStatus = {
  DRAFT: 'DRAFT',
  NOTICED: 'NOTICED',
  DISPUTED: 'DISPUTED',
  CONFIRMED: 'CONFIRMED',
  CORRECTED: 'CORRECTED',
  VOIDED: 'VOIDED',
} as const;
export type RecordStatus = keyof typeof RecordStatus;
registerEnumType(RecordStatus, {
  name: 'RecordStatus',
  valuesConfig: {
    DRAFT: { description: '草稿' },
    NOTICED: { description: '公示中' },
    DISPUTED: { description: '有异议' },
    CONFIRMED: { description: '已确认' },
    CORRECTED: { description: '已更正' },
    VOIDED: { description: '已作废' },
  },
});

export const ServiceEvaluation = {
  AIM_MET: 'AIM_MET',
  AIM_PARTLY_MET: 'AIM_PARTLY_MET',
  AIM_NOT_MET: 'AIM_NOT_MET',
} as const;
export type ServiceEvaluation = keyof typeof ServiceEvaluation;
registerEnumType(ServiceEvaluation, {
  name: 'ServiceEvaluation',
  valuesConfig: {
    AIM_MET: { description: '达到目的' },
    AIM_PARTLY_MET: { description: '部分达到' },
    AIM_NOT_MET: { description: '未达到' },
  },
});

export const SyncState = {
  PENDING: 'PENDING',
  SENT: 'SENT',
  ACCEPTED: 'ACCEPTED',
  REJECTED: 'REJECTED',
} as const;
export type SyncState = keyof typeof SyncState;
registerEnumType(SyncState, {
  name: 'SyncState',
  valuesConfig: {
    PENDING: { description: '待报送' },
    SENT: { description: '已报送' },
    ACCEPTED: { description: '已接收' },
    REJECTED: { description: '被退回' },
  },
});

@InputType()
export class ServiceRecordFilter {
  @Field(() => ID, { nullable: true })
  recorderId?: string | null;

  @Field(() => ID, { nullable: true })
  activityId?: string | null;

  @Field(() => String, { nullable: true })
  volunteerNumber?: string | null;

  @Field(() => AreaCode, { nullable: true })
  areaCode?: string | null;

  @Field(() => CivilDate, { nullable: true })
  from?: string | null;

  @Field(() => CivilDate, { nullable: true })
  to?: string | null;

  @Field(() => [RecordStatus], { nullable: true })
  status?: RecordStatus[] | null;

  @Field(() => [SyncState], { nullable: true })
  nationalSync?: SyncState[] | null;
}
