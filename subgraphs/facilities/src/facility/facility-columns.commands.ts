import { convert, parsePoint } from '../../../shared/src/domain/geo.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { ValueError } from '../../../shared/src/domain/value-error.ts';
import { HubError, Refusals } from '../../../shared/src/errors.ts';
import { requireText } from '../../../shared/src/text.ts';
import { refuse } from '../errors.ts';
import { areaOf, type Share, sharesOf } from './facility.rules.ts';
import type { UpsertFacilityInput } from './facility-command.type.ts';
import type { Columns } from './row.commands.ts';

const MOST = { name: 100, address: 200, floor: 40 };

/** What an input says, as columns: of the facility itself, and of its dated state. Shares are undefined if none were given. */
export interface Given {
  facility: Columns;
  state: Columns;
  shares: Share[] | undefined;
}

/**
 * The columns that an input of `upsertFacility` gives; what it leaves out is left out here.
 * @throws Refusals with everything that is wrong with single fields
 */
export function columnsOf(input: UpsertFacilityInput, { at }: { at: Date }): Given {
  const wrong: HubError[] = [];
  const checked = <T>(field: keyof UpsertFacilityInput, read: () => T): T | undefined => {
    if (input[field] === null || input[field] === undefined) return undefined;
    try {
      return read();
    } catch (error) {
      if (error instanceof ValueError) wrong.push(refuse('VALIDATION_FAILED', { field: [field], details: error.details }));
      else if (error instanceof HubError) wrong.push(error);
      else throw error;
      return undefined;
    }
  };
  const facility = {
    name: checked('name', () => requireText(input.name ?? '', MOST.name, 'name')),
    community_id: input.communityId,
    compound_id: input.compoundId,
    operator_id: input.operatorId,
    owner_id: input.ownerId,
    functions: checked('functions', () => [...new Set(input.functions)].sort()),
    provision_mode: input.provisionMode,
    opened_on: checked('openedOn', () => notAfterToday(input.openedOn ?? '', at, 'openedOn')),
    address: checked('address', () => requireText(input.address ?? '', MOST.address, 'address')),
    floor: checked('floor', () => requireText(input.floor ?? '', MOST.floor, 'floor')),
    ...checked('accessibility', () => accessibilityColumns(input.accessibility ?? {}, at)),
  };
  const state = {
    kind: input.kind,
    gross_area: checked('grossFloorArea', () => areaOf(input.grossFloorArea ?? '', 'grossFloorArea')),
    usable_area: checked('usableFloorArea', () => areaOf(input.usableFloorArea ?? '', 'usableFloorArea')),
    activity_area: checked('activityArea', () => areaOf(input.activityArea ?? '', 'activityArea')),
    activity_basis: input.activityAreaBasis,
    counts_toward_standard: input.countsTowardStandard,
    tenure: input.tenure,
    lease_from: input.leaseFrom,
    lease_to: input.leaseTo,
    serves_compounds: checked('servesCompoundIds', () => [...new Set(input.servesCompoundIds)].sort()),
    ...checked('location', () => locationColumns(input.location)),
    step_free: input.accessibility?.stepFree,
  };
  const shares = checked('shares', () => sharesOf(input.shares ?? []));
  if (wrong.length > 0) throw new Refusals(wrong);
  return { facility: present(facility), state: present(state), shares };
}

const present = (columns: Columns): Columns =>
  Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null && value !== undefined));

function notAfterToday(day: string, at: Date, ...field: string[]): string {
  if (day > dateIn(at)) throw refuse('VALIDATION_FAILED', { field, details: { latest: dateIn(at) } });
  return day;
}

function accessibilityColumns(input: NonNullable<UpsertFacilityInput['accessibility']>, at: Date): Columns {
  return {
    lift: input.lift,
    accessible_toilet: input.accessibleToilet,
    induction_loop: input.inductionLoop,
    braille_signs: input.brailleSigns,
    wheelchair_loan: input.wheelchairLoan,
    parking: input.parking,
    accessibility_checked_on: input.checkedOn && notAfterToday(input.checkedOn, at, 'accessibility', 'checkedOn'),
  };
}

/** Kept as given and in WGS-84 (overview §3.1). */
function locationColumns(location: UpsertFacilityInput['location']): Columns {
  if (!location) return {};
  const given = parsePoint(location);
  const { lat, lng } = convert(given, 'WGS84');
  return { lat, lng, location_given: given, location_precision: location.precision ?? 'BUILDING' };
}
