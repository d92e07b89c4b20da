import type { Point, Span } from './world.types.ts';

export type VolunteerStatus = 'PENDING_CONSENT' | 'ACTIVE' | 'PAUSED' | 'LEFT';
export type AgeBand = 'UNDER_14' | 'FROM_14_TO_17' | 'ADULT';
export type ServiceCategory =
  | 'ELDERLY_CARE'
  | 'DISABILITY'
  | 'CHILDREN'
  | 'ENVIRONMENT'
  | 'ORDER'
  | 'CULTURE'
  | 'SPORTS'
  | 'LEGAL'
  | 'MEDIATION'
  | 'HEALTH'
  | 'REPAIR'
  | 'DIGITAL_HELP'
  | 'EMERGENCY'
  | 'PARTY_SERVICE'
  | 'OTHER';
export type BeneficiaryGroup = 'ELDERS' | 'CHILDREN' | 'DISABLED_PERSONS' | 'FAMILIES' | 'ALL_RESIDENTS' | 'COMPOUND';
export type ActivityStatus = 'OPEN' | 'FINISHED' | 'RECORDED' | 'CANCELLED';
export type RiskLevel = 'ORDINARY' | 'HAZARDOUS';
export type CheckInMethod = 'ROTATING_QR' | 'ORGANIZER_LIST' | 'PAPER_SHEET';
export type RecordStatus = 'DRAFT' | 'NOTICED' | 'DISPUTED' | 'CONFIRMED' | 'CORRECTED' | 'VOIDED';

export interface VolunteerRow {
  id: string;
  /** 1, 2, 3 …: place in a bit string. */
  serial: number;
  /** Unified number, invented. */
  number: string;
  displayName: string;
  joinedOn: string;
  /** On 2026-06-30. */
  ageBand: AgeBand;
  guardianConsentOn: string | null;
  skills: string[];
  /** For the vault only. */
  vault: { legalName: string; birthMonth: string };
}
export interface VolunteerHome extends Span {
  volunteerId: string;
  communityId: string;
}
export interface VolunteerState extends Span {
  volunteerId: string;
  status: VolunteerStatus;
}
export interface TeamRow {
  id: string;
  name: string;
  /** Of kind VOLUNTEER_TEAM. */
  leadId: string;
  areaId: string;
}
export interface ActivityRow {
  id: string;
  title: string;
  organizerId: string;
  communityId: string;
  compoundId: string | null;
  venueId: string | null;
  location: Point | null;
  category: ServiceCategory;
  description: string;
  beneficiaries: BeneficiaryGroup | null;
  status: ActivityStatus;
  riskLevel: RiskLevel;
  insured: boolean;
}
export interface ShiftRow {
  id: string;
  activityId: string;
  startsAt: string;
  endsAt: string;
  capacity: number;
  minAge: number | null;
  checkInMethods: CheckInMethod[];
}
/** CONFIRMED, VOIDED and CORRECTED keep the `confirmedAt` that they had. The original of a correction comes before it. */
export interface ServiceRecordRow {
  id: string;
  volunteerId: string;
  volunteerSerial: number;
  activityId: string;
  shiftId: string;
  /** Community and category of the activity. */
  communityId: string;
  category: ServiceCategory;
  recorderId: string;
  on: string;
  place: string;
  startsAt: string;
  endsAt: string;
  /** Multiple of 5. */
  minutes: number;
  content: string;
  responsible: string | null;
  recordedBy: string;
  status: RecordStatus;
  noticeFrom: string | null;
  noticeTo: string | null;
  confirmedAt: string | null;
  correctsId: string | null;
  /** Instant at which it was VOIDED or CORRECTED. */
  lockedAt: string | null;
}
export interface VolunteersWorld {
  volunteers: VolunteerRow[];
  volunteerHomes: VolunteerHome[];
  volunteerStates: VolunteerState[];
  teams: TeamRow[];
  activities: ActivityRow[];
  shifts: ShiftRow[];
  /** By day; the same again on every call. */
  records(): Iterable<ServiceRecordRow>;
}
