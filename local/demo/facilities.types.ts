import type { Point, Span } from './world.types.ts';

export type FacilityKind =
  | 'PARTY_MASS_SERVICE_CENTRE'
  | 'NEIGHBOURHOOD_CENTRE'
  | 'COMMUNITY_SERVICE_STATION'
  | 'ELDERLY_DAY_CARE'
  | 'CANTEEN'
  | 'CHILDCARE'
  | 'HEALTH_STATION'
  | 'CULTURE_STATION'
  | 'LIBRARY'
  | 'SPORTS'
  | 'MEDIATION_ROOM'
  | 'VOLUNTEER_STATION'
  | 'ACTIVITY_ROOM'
  | 'CONVENIENCE_POINT'
  | 'OUTDOOR_SPACE';
export type FacilityFunction =
  | 'PARTY_SERVICE'
  | 'GOVERNMENT_COUNTER'
  | 'DELIBERATION'
  | 'MEDIATION'
  | 'ELDERLY'
  | 'CHILDCARE'
  | 'CANTEEN'
  | 'HEALTH'
  | 'CULTURE'
  | 'READING'
  | 'SPORTS'
  | 'VOLUNTEER'
  | 'CONVENIENCE';
export type ProvisionMode = 'NEW_BUILD' | 'RENOVATION' | 'PURCHASE' | 'PROJECT_ALLOCATION' | 'RESOURCE_INTEGRATION' | 'OTHER';
export type FacilityStatus = 'PLANNED' | 'UNDER_CONSTRUCTION' | 'OPEN' | 'TEMPORARILY_CLOSED' | 'CLOSED';
export type Tenure = 'OWNED' | 'LEASED' | 'BORROWED' | 'SHARED';
export type AreaMeasure = 'GROSS' | 'USABLE';
export type HolidayPolicy = 'CLOSED' | 'AS_SUNDAY' | 'AS_WEEKDAY' | 'SPECIAL';

export interface FacilityRow {
  id: string;
  name: string;
  /** Community in which it stands. */
  communityId: string;
  compoundId: string | null;
  operatorId: string | null;
  ownerId: string | null;
  provisionMode: ProvisionMode;
  functions: FacilityFunction[];
  openedOn: string | null;
  closedOn: string | null;
  address: string;
  floor: string | null;
  lift: boolean | null;
  accessibleToilet: boolean | null;
}
/** Weekdays 1 (Monday) to 7; HH:MM. */
export interface OpeningRuleRow {
  weekdays: number[];
  from: string;
  to: string;
}
/** What is dated of a facility, whole rows. */
export interface FacilityState extends Span {
  facilityId: string;
  status: FacilityStatus;
  kind: FacilityKind;
  grossArea: string | null;
  usableArea: string | null;
  activityArea: string | null;
  activityBasis: AreaMeasure | null;
  countsTowardStandard: boolean;
  tenure: Tenure;
  leaseFrom: string | null;
  /** Last day of the lease (counted through it). */
  leaseTo: string | null;
  /** Σ ≤ 1. */
  shares: { communityId: string; share: string }[];
  servesCompounds: string[];
  location: Point | null;
  /** Null: not recorded. */
  opening: { rules: OpeningRuleRow[]; onStatutoryHoliday: HolidayPolicy; onMakeUpWorkday: HolidayPolicy } | null;
  stepFree: boolean | null;
}
export interface AssuranceRow {
  facilityId: string;
  on: string;
  organizationId: string;
}
export interface SpaceRow {
  id: string;
  facilityId: string;
  name: string;
  /** Null for a space that combines others. */
  usableArea: string | null;
  residentActivity: boolean;
  capacity: number;
  bookable: boolean;
  equipment: string[];
  combines: string[];
}
/** A compound as a coverage run reads it on a day (§6.3). */
export interface WalkOriginRow {
  compoundId: string;
  communityId: string;
  households: number | null;
  residents60Plus: number | null;
  points: Point[];
  estimated: boolean;
}
export interface FacilitiesWorld {
  facilities: FacilityRow[];
  facilityStates: FacilityState[];
  assurances: AssuranceRow[];
  spaces: SpaceRow[];
  /** Origins of a coverage run as of a day: the compounds that existed then. */
  walkOrigins(on: string): WalkOriginRow[];
}
