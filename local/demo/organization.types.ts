import type { Point, Span } from './world.types.ts';

export type StatSource = 'CENSUS' | 'POLICE_REGISTER' | 'COMMUNITY_COUNT' | 'ESTIMATE';
export type CompoundType = 'COMMERCIAL' | 'WORK_UNIT' | 'OLD' | 'VILLAGE_RESETTLEMENT' | 'AFFORDABLE' | 'RENTAL' | 'MIXED';
export type ManagementMode = 'PROPERTY_COMPANY' | 'SELF_MANAGED' | 'COMMUNITY_HOSTED' | 'UNIT_HOSTED' | 'NONE';
export type BuildingKind = 'RESIDENTIAL' | 'MIXED' | 'COMMERCIAL' | 'AUXILIARY';
export type OrganizationKind =
  | 'STREET_PARTY_WORKING_COMMITTEE'
  | 'COMMUNITY_PARTY_ORG'
  | 'COMPOUND_PARTY_BRANCH'
  | 'BUILDING_PARTY_GROUP'
  | 'RESIDENTS_COMMITTEE'
  | 'OWNERS_COMMITTEE'
  | 'PROPERTY_COMPANY'
  | 'DEPARTMENT'
  | 'STREET_OFFICE'
  | 'STATIONED_UNIT'
  | 'SOCIAL_ORGANIZATION'
  | 'VOLUNTEER_TEAM'
  | 'MEDIATION_COMMITTEE';
export type PartyLevel = 'COMMITTEE' | 'GENERAL_BRANCH' | 'BRANCH' | 'JOINT_BRANCH' | 'GROUP';
export type OrganizationStatus = 'PLANNED' | 'ACTIVE' | 'SUSPENDED' | 'DISSOLVED';
export type PostCode =
  | 'PARTY_SECRETARY'
  | 'DEPUTY_SECRETARY'
  | 'COMMITTEE_MEMBER'
  | 'GROUP_LEADER'
  | 'OC_CHAIR'
  | 'OC_VICE_CHAIR'
  | 'RC_DIRECTOR'
  | 'PROPERTY_MANAGER'
  | 'BUILDING_STEWARD'
  | 'MEDIATOR'
  | 'LIAISON';
export type AppointMethod = 'ELECTED' | 'APPOINTED' | 'CO_OPTED' | 'RECOMMENDED';
export type CommitteeStatus = 'PREPARING' | 'ELECTED' | 'FILED' | 'ACTIVE' | 'EXPIRING' | 'EXPIRED' | 'DISSOLVED';

/** A community with its invented centre. */
export interface CommunityRow {
  id: string;
  code: string;
  name: string;
  /** Street of today. */
  streetId: string;
  location: Point;
  /** First day on which the demo has state of it: 2022-01-01, or its entry into the district. */
  since: string;
}
/** Half-yearly statistic of a community. No row: nobody counted. */
export interface AreaStatRow {
  areaId: string;
  asOf: string;
  source: StatSource;
  households: number;
  population: number;
  residents60Plus: number | null;
  residents65Plus: number | null;
  children0to14: number | null;
}
export interface CompoundRow {
  id: string;
  /** 15 digits: community of today + serial 001–999. */
  code: string;
  name: string;
  aliases: string[];
  builtYear: number | null;
  totalExclusiveArea: string | null;
  ownerCount: number | null;
  location: Point | null;
  entrances: Point[];
}
/** What is dated of a compound, whole rows. Company ⇔ PROPERTY_COMPANY, host ⇔ COMMUNITY_HOSTED or UNIT_HOSTED. */
export interface CompoundState extends Span {
  compoundId: string;
  communityId: string;
  types: CompoundType[];
  management: ManagementMode;
  companyId: string | null;
  hostId: string | null;
  households: number | null;
  population: number | null;
  residents60Plus: number | null;
}
export interface BuildingRow {
  id: string;
  /** 18 digits: compound + serial, 901–999 auxiliary. */
  code: string;
  compoundId: string;
  label: string;
  kind: BuildingKind;
  units: number | null;
  floors: number | null;
}
export interface BuildingState extends Span {
  buildingId: string;
  households: number | null;
}
/** Building in a BUILDING_PARTY_GROUP; one group at a time. */
export interface BuildingGroup extends Span {
  buildingId: string;
  groupId: string;
}
export interface OrganizationRow {
  id: string;
  kind: OrganizationKind;
  name: string;
  /** 18 characters; most with the right check character, a few with another. */
  uscc: string | null;
  partyLevel: PartyLevel | null;
  parentId: string | null;
  areaId: string;
  foundedOn: string | null;
  dissolvedOn: string | null;
  partyMemberCount: number | null;
  fullMemberCount: number | null;
  /** Service points only; the numbers cannot be dialled. */
  contact: { address: string; servicePhone: string; hours: string } | null;
}
export interface OrganizationState extends Span {
  organizationId: string;
  status: OrganizationStatus;
}
/** Compounds of a branch (several: joint), an owners' committee (one) or a property company. */
export interface OrganizationCompound extends Span {
  organizationId: string;
  compoundId: string;
}
export interface PostRow {
  id: string;
  organizationId: string;
  code: PostCode;
  seats: number;
}
export interface OfficeholderRow {
  id: string;
  fullName: string;
  /** Surname and title, e.g. 王书记. */
  publicName: string;
  workPhone: string | null;
}
export interface AppointmentRow extends Span {
  id: string;
  postId: string;
  officeholderId: string;
  method: AppointMethod;
  /** Secretaries, chairs and vice-chairs only; null is unknown. */
  isPartyMember: boolean | null;
}
/** One term of an owners' committee; `organizationId` is of kind OWNERS_COMMITTEE. */
export interface CommitteeRow {
  id: string;
  organizationId: string;
  compoundId: string;
  term: number;
  electedOn: string | null;
  termStartsOn: string | null;
  /** Exclusive. */
  expiresOn: string | null;
  filedOn: string | null;
  dissolvedOn: string | null;
}
/** Status as the clock of §4.4 moves it, steps still to come included. */
export interface CommitteeState extends Span {
  committeeId: string;
  status: CommitteeStatus;
}
export interface CommitteeSeats extends Span {
  committeeId: string;
  memberCount: number;
  partyMemberCount: number | null;
}
export interface OrganizationWorld {
  communities: CommunityRow[];
  areaStats: AreaStatRow[];
  compounds: CompoundRow[];
  compoundStates: CompoundState[];
  buildings: BuildingRow[];
  buildingStates: BuildingState[];
  buildingGroups: BuildingGroup[];
  organizations: OrganizationRow[];
  organizationStates: OrganizationState[];
  organizationCompounds: OrganizationCompound[];
  posts: PostRow[];
  officeholders: OfficeholderRow[];
  appointments: AppointmentRow[];
  committees: CommitteeRow[];
  committeeStates: CommitteeState[];
  committeeSeats: CommitteeSeats[];
}
