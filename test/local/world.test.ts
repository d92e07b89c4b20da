import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { EXTENT } from '../../local/demo/ground.ts';
import { buildWorld } from '../../local/demo/world.ts';
import type { Point, Span, World } from '../../local/demo/world.types.ts';
import { Ratio } from '../../subgraphs/shared/src/domain/ratio.ts';
import { standInPlaces } from './places.ts';

const places = standInPlaces();
const world = buildWorld(places);
const { organization, facilities, volunteers } = world;
const LAST_DAY_2025 = '2025-12-31';

function holds(span: Span, on: string): boolean {
  return span.from <= on && (span.to === null || on < span.to);
}

function digestOf(built: World): string {
  const hash = createHash('sha256');
  for (const part of [built.organization, built.facilities, built.volunteers, built.grievances]) hash.update(JSON.stringify(part));
  for (const record of built.volunteers.records()) hash.update(JSON.stringify(record));
  for (const file of built.grievances.caseFiles()) hash.update(JSON.stringify(file));
  return hash.digest('hex');
}

/** Pairs of rows of one object that hold on the same day, or spans that are empty. */
function overlaps<Row extends Span>(rows: readonly Row[], keyOf: (row: Row) => string): string[] {
  const found: string[] = [];
  for (const [key, own] of Map.groupBy(rows, keyOf)) {
    const sorted = own.toSorted((a, b) => (a.from < b.from ? -1 : 1));
    for (const [i, row] of sorted.entries()) {
      const next = sorted[i + 1];
      if (row.to !== null && row.to <= row.from) found.push(`${key} empty ${row.from}`);
      if (next !== undefined && (row.to === null || next.from < row.to)) found.push(`${key} ${next.from}`);
    }
  }
  return found;
}

describe('the demo district', () => {
  test('is the same on every build', () => {
    expect(digestOf(buildWorld(places, { facts: 3000 }))).toBe(digestOf(buildWorld(standInPlaces(), { facts: 3000 })));
  });

  test('has the size of a district', () => {
    expect(organization.communities).toHaveLength(76);
    expect(organization.compounds.length).toBeGreaterThan(760);
    expect(organization.compounds.length).toBeLessThan(840);
    expect(organization.buildings.length).toBeGreaterThan(5500);
    expect(facilities.facilities).toHaveLength(200);
    expect(volunteers.volunteers).toHaveLength(6000);
    const kinds = Object.fromEntries(
      [...Map.groupBy(organization.organizations, (row) => row.kind)].map(([kind, rows]) => [kind, rows.length]),
    );
    expect(kinds).toMatchObject({ STREET_PARTY_WORKING_COMMITTEE: 11, STREET_OFFICE: 11, RESIDENTS_COMMITTEE: 76, PROPERTY_COMPANY: 40 });
    expect(kinds.COMMUNITY_PARTY_ORG).toBeLessThan(76);
    const households = organization.areaStats.filter((row) => row.asOf === LAST_DAY_2025).reduce((sum, row) => sum + row.households, 0);
    expect(households).toBeGreaterThan(130_000);
    expect(households).toBeLessThan(180_000);
  });

  test('has facilities of every provision mode and tenure', () => {
    expect(new Set(facilities.facilities.map((row) => row.provisionMode)).size).toBe(6);
    expect(new Set(facilities.facilityStates.map((row) => row.tenure)).size).toBe(4);
    expect(new Set(facilities.facilityStates.map((row) => row.status)).size).toBe(5);
  });

  test('lies inside its real extent', () => {
    const points: Point[] = [
      ...organization.communities.map((row) => row.location),
      ...organization.compounds.flatMap((row) => [...row.entrances, ...(row.location === null ? [] : [row.location])]),
      ...facilities.facilityStates.flatMap((row) => (row.location === null ? [] : [row.location])),
    ];
    const outside = points.filter(({ lat, lng }) => lat < EXTENT.south || lat > EXTENT.north || lng < EXTENT.west || lng > EXTENT.east);
    expect(outside).toEqual([]);
  });

  test('gives each code and id once', () => {
    for (const codes of [organization.compounds.map((row) => row.code), organization.buildings.map((row) => row.code)]) {
      expect(new Set(codes).size).toBe(codes.length);
    }
    const ids = [
      ...[...organization.compounds, ...organization.buildings, ...organization.organizations, ...organization.posts],
      ...[...organization.officeholders, ...organization.appointments, ...organization.committees, ...facilities.facilities],
      ...[...facilities.spaces, ...volunteers.volunteers, ...volunteers.activities, ...volunteers.shifts, ...volunteers.teams],
    ].map((row) => row.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('refers only to what it holds', () => {
    const known = new Set(
      [...places, ...organization.compounds, ...organization.buildings, ...organization.organizations].map((row) => row.id),
    );
    for (const row of [...organization.posts, ...organization.officeholders, ...organization.committees, ...facilities.facilities])
      known.add(row.id);
    for (const row of [...volunteers.volunteers, ...volunteers.activities]) known.add(row.id);
    const named: (string | null)[] = [
      ...organization.areaStats.map((row) => row.areaId),
      ...organization.compoundStates.flatMap((row) => [row.compoundId, row.communityId, row.companyId, row.hostId]),
      ...organization.buildings.map((row) => row.compoundId),
      ...organization.buildingStates.map((row) => row.buildingId),
      ...organization.buildingGroups.flatMap((row) => [row.buildingId, row.groupId]),
      ...organization.organizations.flatMap((row) => [row.parentId, row.areaId]),
      ...organization.organizationStates.map((row) => row.organizationId),
      ...organization.organizationCompounds.flatMap((row) => [row.organizationId, row.compoundId]),
      ...organization.posts.map((row) => row.organizationId),
      ...organization.appointments.flatMap((row) => [row.postId, row.officeholderId]),
      ...organization.committees.flatMap((row) => [row.organizationId, row.compoundId]),
      ...[...organization.committeeStates, ...organization.committeeSeats].map((row) => row.committeeId),
      ...facilities.facilities.flatMap((row) => [row.communityId, row.compoundId, row.operatorId, row.ownerId]),
      ...facilities.facilityStates.flatMap((row) => [
        row.facilityId,
        ...row.servesCompounds,
        ...row.shares.map((share) => share.communityId),
      ]),
      ...[...facilities.assurances, ...facilities.spaces].map((row) => row.facilityId),
      ...volunteers.volunteerHomes.flatMap((row) => [row.volunteerId, row.communityId]),
      ...volunteers.volunteerStates.map((row) => row.volunteerId),
      ...volunteers.activities.flatMap((row) => [row.organizerId, row.communityId, row.compoundId, row.venueId]),
      ...volunteers.shifts.map((row) => row.activityId),
      ...volunteers.teams.flatMap((row) => [row.leadId, row.areaId]),
    ];
    expect(named.filter((id) => id !== null && !known.has(id))).toEqual([]);
  });

  test('dates each state so that none overlaps another of the same object', () => {
    expect(overlaps(organization.compoundStates, (row) => row.compoundId)).toEqual([]);
    expect(overlaps(organization.buildingStates, (row) => row.buildingId)).toEqual([]);
    expect(overlaps(organization.buildingGroups, (row) => row.buildingId)).toEqual([]);
    expect(overlaps(organization.organizationStates, (row) => row.organizationId)).toEqual([]);
    expect(overlaps(organization.organizationCompounds, (row) => `${row.organizationId} ${row.compoundId}`)).toEqual([]);
    expect(overlaps(organization.committeeStates, (row) => row.committeeId)).toEqual([]);
    expect(overlaps(organization.committeeSeats, (row) => row.committeeId)).toEqual([]);
    expect(overlaps(facilities.facilityStates, (row) => row.facilityId)).toEqual([]);
    expect(overlaps(volunteers.volunteerHomes, (row) => row.volunteerId)).toEqual([]);
    expect(overlaps(volunteers.volunteerStates, (row) => row.volunteerId)).toEqual([]);
  });

  test('keeps the rules of compounds and statistics', () => {
    for (const state of organization.compoundStates) {
      expect(state.companyId !== null).toBe(state.management === 'PROPERTY_COMPANY');
      expect(state.hostId !== null).toBe(state.management === 'COMMUNITY_HOSTED' || state.management === 'UNIT_HOSTED');
      expect(state.types.length).toBeGreaterThan(0);
      expect(state.residents60Plus ?? 0).toBeLessThanOrEqual(state.population ?? 0);
    }
    for (const row of organization.areaStats) {
      expect(row.residents60Plus ?? 0).toBeLessThanOrEqual(row.population);
      expect(row.residents65Plus ?? 0).toBeLessThanOrEqual(row.residents60Plus ?? 0);
      expect((row.residents65Plus ?? 0) + (row.children0to14 ?? 0)).toBeLessThanOrEqual(row.population);
    }
  });

  test('has at most one branch and one committee in office for each compound', () => {
    const kinds = new Map(organization.organizations.map((row) => [row.id, row.kind]));
    const branches = organization.organizationCompounds.filter((row) => kinds.get(row.organizationId) === 'COMPOUND_PARTY_BRANCH');
    expect(overlaps(branches, (row) => row.compoundId)).toEqual([]);
    const compounds = new Map(organization.committees.map((row) => [row.id, row.compoundId]));
    const acting = organization.committeeStates.filter((row) => row.status === 'ACTIVE' || row.status === 'EXPIRING');
    const terms = Map.groupBy(acting, (row) => row.committeeId);
    const spans = [...terms].map(([id, rows]) => ({ id, from: rows[0]!.from, to: rows[rows.length - 1]!.to }));
    expect(overlaps(spans, (row) => compounds.get(row.id)!)).toEqual([]);
  });

  test('fills no more seats than there are, and an owners’ committee’s only in its term', () => {
    const posts = new Map(organization.posts.map((row) => [row.id, row]));
    for (const [postId, rows] of Map.groupBy(organization.appointments, (row) => row.postId)) {
      for (const row of rows) expect(rows.filter((other) => holds(other, row.from)).length).toBeLessThanOrEqual(posts.get(postId)!.seats);
    }
    const terms = Map.groupBy(organization.committees, (row) => row.organizationId);
    for (const row of organization.appointments) {
      const post = posts.get(row.postId)!;
      if (!post.code.startsWith('OC_')) continue;
      const inside = terms.get(post.organizationId)!.some((term) => term.termStartsOn! <= row.from && row.to! <= term.expiresOn!);
      expect(inside).toBe(true);
    }
  });

  test('keeps the rules of facilities: usable within gross, activity within its basis, shares up to one, leases dated', () => {
    for (const state of facilities.facilityStates) {
      const [usable, gross, activity] = [state.usableArea, state.grossArea, state.activityArea].map((area) =>
        area === null ? null : Ratio.of(area),
      );
      if (usable && gross) expect(usable.cmp(gross)).toBeLessThanOrEqual(0);
      expect(state.activityBasis === null).toBe(state.activityArea === null);
      const whole = state.activityBasis === 'GROSS' ? gross : usable;
      if (activity) expect(activity.cmp(whole!)).toBeLessThanOrEqual(0);
      const shares = state.shares.reduce((sum, { share }) => sum.add(Ratio.of(share)), Ratio.of(0));
      expect(shares.cmp(Ratio.of(1))).toBeLessThanOrEqual(0);
      expect(state.leaseTo === null).toBe(state.tenure === 'OWNED');
    }
    for (const [facilityId, rooms] of Map.groupBy(facilities.spaces, (row) => row.facilityId)) {
      const sum = rooms.reduce((total, room) => total.add(Ratio.of(room.usableArea ?? 0)), Ratio.of(0));
      for (const state of facilities.facilityStates.filter((row) => row.facilityId === facilityId && row.usableArea !== null)) {
        expect(sum.cmp(Ratio.of(state.usableArea!))).toBeLessThanOrEqual(0);
      }
    }
  });

  test('is uneven: communities below and above 30 m² per 100 households, areas unknown, compounds without manager or households', () => {
    const households = new Map(
      organization.areaStats.filter((row) => row.asOf === LAST_DAY_2025).map((row) => [row.areaId, row.households]),
    );
    const usable = new Map<string, number>();
    const today = facilities.facilityStates.filter((row) => holds(row, LAST_DAY_2025) && row.status === 'OPEN' && row.countsTowardStandard);
    for (const state of today.filter((row) => row.kind !== 'OUTDOOR_SPACE' && (row.leaseTo === null || row.leaseTo >= LAST_DAY_2025))) {
      const area = Number(state.usableArea ?? Number(state.grossArea ?? 0) * 0.75);
      for (const { communityId, share } of state.shares) usable.set(communityId, (usable.get(communityId) ?? 0) + area * Number(share));
    }
    const per100 = [...households].map(([areaId, count]) => (100 * (usable.get(areaId) ?? 0)) / count);
    expect(per100.filter((value) => value < 30).length).toBeGreaterThan(15);
    expect(per100.filter((value) => value >= 30).length).toBeGreaterThan(15);
    expect(today.some((row) => row.usableArea === null && row.grossArea === null)).toBe(true);
    expect(facilities.facilityStates.some((row) => row.leaseTo !== null && row.leaseTo < LAST_DAY_2025 && holds(row, LAST_DAY_2025))).toBe(
      true,
    );
    const unmanaged = (on: string): number =>
      organization.compoundStates.filter((row) => holds(row, on) && row.management === 'NONE').length;
    expect(unmanaged('2023-12-31')).toBeGreaterThan(unmanaged(LAST_DAY_2025));
    expect(unmanaged(LAST_DAY_2025)).toBeGreaterThan(30);
    expect(organization.compoundStates.some((row) => holds(row, LAST_DAY_2025) && row.households === null)).toBe(true);
    const counted = new Set(organization.areaStats.map((row) => row.areaId));
    expect(organization.communities.filter((row) => !counted.has(row.id)).length).toBeGreaterThan(0);
  });

  test('has holders who are secretary of a branch and chair of its committee at once', () => {
    const posts = new Map(organization.posts.map((row) => [row.id, row]));
    const today = organization.appointments.filter((row) => holds(row, LAST_DAY_2025));
    const holdersOf = (code: string): Set<string> =>
      new Set(today.filter((row) => posts.get(row.postId)!.code === code).map((row) => row.officeholderId));
    const chairs = holdersOf('OC_CHAIR');
    expect([...holdersOf('PARTY_SECRETARY')].filter((id) => chairs.has(id)).length).toBeGreaterThan(30);
  });

  test('gives a coverage run the compounds of its day', () => {
    const before = facilities.walkOrigins('2022-10-30');
    const after = facilities.walkOrigins(LAST_DAY_2025);
    expect(after.length).toBeGreaterThan(before.length);
    expect(after.some((row) => row.estimated && row.points.length === 1)).toBe(true);
    expect(after.some((row) => row.points.length === 0)).toBe(true);
  });
});
