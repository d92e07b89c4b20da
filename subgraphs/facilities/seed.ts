import type pg from 'pg';
import type { FacilityState } from '../../local/demo/facilities.types.ts';
import type { World } from '../../local/demo/world.types.ts';
import { copyRows } from '../shared/src/copy.ts';
import { stableId } from '../shared/src/domain/id.ts';
import { instantText, lastDay, periodsBetween } from '../shared/src/domain/period.ts';
import { runCoverage, type Store } from './src/coverage/coverage.job.ts';
import type { WalkProfile } from './src/coverage/coverage.rules.ts';
import { osmText } from './src/facility/opening.rules.ts';

/** Months of the demo's history whose last day has runs, half-open. */
const HISTORY = [
  ['2022-07-01', '2023-01-01'],
  ['2024-01-01', '2026-07-01'],
] as const;
const PROFILES: WalkProfile[] = ['ADULT', 'ELDER', 'WHEELCHAIR'];

/** Fills this department's tables with its part of the demo district; its coverage runs are made by the job's own function. */
export async function seed(client: pg.Client, { facilities: part }: World): Promise<void> {
  await copyRows(
    client,
    'facility',
    [
      'id',
      'name',
      'community_id',
      'compound_id',
      'operator_id',
      'owner_id',
      'functions',
      'provision_mode',
      'opened_on',
      'closed_on',
      'address',
      'floor',
      'lift',
      'accessible_toilet',
    ],
    part.facilities.map((f) => {
      const place = [f.id, f.name, f.communityId, f.compoundId, f.operatorId, f.ownerId];
      return [...place, f.functions, f.provisionMode, f.openedOn, f.closedOn, f.address, f.floor, f.lift, f.accessibleToilet];
    }),
  );
  await copyRows(client, 'facility_state', STATE_COLUMNS, part.facilityStates.map(stateRow));
  await copyRows(client, 'facility_share', ['facility_id', 'community_id', 'valid_from', 'valid_to', 'share'], shares(part.facilityStates));
  await copyRows(
    client,
    'facility_assurance',
    ['facility_id', 'on', 'organization_id'],
    part.assurances.map((assurance) => [assurance.facilityId, assurance.on, assurance.organizationId]),
  );
  await copyRows(
    client,
    'space',
    ['id', 'facility_id', 'name', 'usable_area', 'resident_activity', 'capacity', 'bookable', 'equipment', 'combines'],
    part.spaces.map((s) => [s.id, s.facilityId, s.name, s.usableArea, s.residentActivity, s.capacity, s.bookable, s.equipment, s.combines]),
  );
  await seedCoverage(client, part);
}

const STATE_COLUMNS = [
  'facility_id',
  'valid_from',
  'valid_to',
  'status',
  'kind',
  'gross_area',
  'usable_area',
  'activity_area',
  'activity_basis',
  'counts_toward_standard',
  'tenure',
  'lease_from',
  'lease_to',
  'serves_compounds',
  'lat',
  'lng',
  'step_free',
  'opening_rules',
  'opening_osm',
  'on_statutory_holiday',
  'on_make_up_workday',
  'opening_exceptions',
];

function stateRow(s: FacilityState) {
  const areas = [s.grossArea, s.usableArea, s.activityArea, s.activityBasis, s.countsTowardStandard, s.tenure, s.leaseFrom, s.leaseTo];
  const where = [s.servesCompounds, s.location?.lat ?? null, s.location?.lng ?? null, s.stepFree];
  const { opening } = s;
  const hours = opening
    ? [JSON.stringify(opening.rules), osmText({ ...opening }), opening.onStatutoryHoliday, opening.onMakeUpWorkday, '[]']
    : [null, null, 'CLOSED', 'AS_WEEKDAY', null];
  return [s.facilityId, s.from, s.to, s.status, s.kind, ...areas, ...where, ...hours];
}

function* shares(states: readonly FacilityState[]) {
  for (const { facilityId, from, to, shares: parts } of states) {
    for (const { communityId, share } of parts) yield [facilityId, communityId, from, to, share] as const;
  }
}

/** Runs dated each month's last day, at 02:30 as every night, from that day's state. */
async function seedCoverage(client: pg.Client, part: World['facilities']): Promise<void> {
  const store: Store = (work) =>
    work({
      rows: async <T extends object>(sql: string, params: readonly unknown[] = []): Promise<T[]> =>
        (await client.query<T>(sql, [...params])).rows,
    });
  const days = HISTORY.flatMap(([from, to]) => periodsBetween(from, to, 'MONTH').map(lastDay));
  for (const day of days) {
    const at = new Date(`${day}T02:30:00+08:00`);
    const origins = { origins: part.walkOrigins(day), dataAsOf: instantText(at) };
    for (const profile of PROFILES) {
      const { status } = await runCoverage(
        store,
        { profile, at, id: stableId('cr', day, `coverage ${day} ${profile}`) },
        async () => origins,
      );
      if (status !== 'DONE') throw new Error(`the demo's coverage run of ${day} failed`);
    }
  }
}
