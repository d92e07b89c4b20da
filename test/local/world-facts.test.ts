import { describe, expect, test } from 'vitest';
import { factId } from '../../local/demo/fact-id.ts';
import type { CaseFile, ReportRow } from '../../local/demo/grievances.types.ts';
import type { ServiceRecordRow } from '../../local/demo/volunteers.types.ts';
import { buildWorld } from '../../local/demo/world.ts';
import { stableId } from '../../subgraphs/shared/src/domain/id.ts';
import { standInPlaces } from './places.ts';

const MOVED = '410305001005';
const MOVE = '2022-10-31';

const places = standInPlaces();
const world = buildWorld(places);
const records: ServiceRecordRow[] = [...world.volunteers.records()];
const files: CaseFile[] = [...world.grievances.caseFiles()];
const reports: ReportRow[] = files.flatMap((file) => file.reports);

/** Communities that the demo tells of in 2022. */
function storyCommunities(): Set<string> {
  const streets = new Set(places.filter((row) => ['410305001000', '410305004000'].includes(row.code)).map((row) => row.id));
  const members = places.filter((row) => row.kind === 'COMMUNITY' && row.membership.some((member) => streets.has(member.streetId)));
  return new Set(members.map((row) => row.id));
}

describe('the demo district’s facts', () => {
  test('are 60,000 service records and 30,000 reports, and scale in that ratio', () => {
    expect(records).toHaveLength(60_000);
    expect(reports).toHaveLength(30_000);
    const small = buildWorld(places, { facts: 9000 });
    expect([...small.volunteers.records()]).toHaveLength(6000);
    expect([...small.grievances.caseFiles()].flatMap((file) => file.reports)).toHaveLength(3000);
  });

  test('bear stable ids', () => {
    for (const [i, day] of ['2022-07-01', '2024-02-29', '2026-06-30'].entries()) {
      for (let serial = 0; serial < 50; serial++)
        expect(factId('rp', day, `seed ${i} ${serial} 涧`)).toBe(stableId('rp', day, `seed ${i} ${serial} 涧`));
    }
  });

  test('lie between January 2024 and June 2026, and in the second half of 2022 where the story is', () => {
    const story = storyCommunities();
    const facts = [
      ...records.map((row) => ({ on: row.on, communityId: row.communityId })),
      ...reports.map((row) => ({ on: row.receivedAt.slice(0, 10), communityId: row.communityId })),
    ];
    const early = facts.filter((fact) => fact.on < '2023-01-01');
    expect(early.every((fact) => fact.on >= '2022-07-01' && story.has(fact.communityId))).toBe(true);
    const late = facts.filter((fact) => fact.on >= '2023-01-01');
    expect(late.every((fact) => fact.on >= '2024-01-01' && fact.on < '2026-07-01')).toBe(true);
    expect(new Set(late.map((fact) => fact.communityId)).size).toBe(76);
  });

  test('reach on both sides of the move of 王府庄, in it and in both streets', () => {
    const moved = places.find((row) => row.code === MOVED)!;
    for (const communityId of storyCommunities()) {
      for (const inSide of [(on: string) => on < MOVE, (on: string) => on >= MOVE && on < '2023-01-01']) {
        const served = records.filter((row) => row.communityId === communityId && inSide(row.on) && row.status === 'CONFIRMED').length;
        const said = reports.filter((row) => row.communityId === communityId && inSide(row.receivedAt.slice(0, 10))).length;
        expect(said).toBeGreaterThan(0);
        if (communityId === moved.id) expect(served).toBeGreaterThan(0);
      }
    }
  });

  test('count minutes in fives, inside the shift, one service of a volunteer a day', () => {
    const shifts = new Map(world.volunteers.shifts.map((row) => [row.id, row]));
    const outside = records.filter((record) => {
      const shift = shifts.get(record.shiftId)!;
      return record.minutes <= 0 || record.minutes % 5 !== 0 || record.startsAt < shift.startsAt || record.endsAt > shift.endsAt;
    });
    expect(outside).toEqual([]);
    const first = records.filter((record) => record.correctsId === null);
    expect(new Set(first.map((record) => `${record.volunteerId} ${record.on}`)).size).toBe(first.length);
  });

  test('are recorded of volunteers who were ACTIVE on the day', () => {
    const active = Map.groupBy(
      world.volunteers.volunteerStates.filter((row) => row.status === 'ACTIVE'),
      (row) => row.volunteerId,
    );
    const wrong = records.filter(
      (record) => !active.get(record.volunteerId)?.some((span) => span.from <= record.on && (span.to === null || record.on < span.to)),
    );
    expect(wrong).toEqual([]);
  });

  test('hold corrections that name a corrected record, and each state of a record', () => {
    const byId = new Map(records.map((row) => [row.id, row]));
    const corrections = records.filter((row) => row.correctsId !== null);
    expect(corrections.length).toBeGreaterThan(300);
    for (const record of corrections) expect(byId.get(record.correctsId!)!.status).toBe('CORRECTED');
    expect(records.filter((row) => row.status === 'CORRECTED')).toHaveLength(corrections.length);
    expect(new Set(records.map((row) => row.status)).size).toBe(6);
    const hasty = records.filter((record) => record.status === 'CONFIRMED' && record.confirmedAt!.slice(0, 10) < record.noticeTo!);
    expect(hasty).toEqual([]);
  });

  test('tell each case in order, with a state that its last change of state gave it', () => {
    const wrong = files.filter(({ case: row, events }) => {
      const inOrder = events.every((event, i) => event.seq === i + 1 && (i === 0 || event.at >= events[i - 1]!.at));
      const told = events.findLast((event) => event.to !== null)!.to === row.state;
      return !inOrder || !told || events[events.length - 1]!.at >= '2026-07-01';
    });
    expect(wrong).toEqual([]);
  });

  test('tell cases in every state but mediation, in every urgency', () => {
    const states = new Set(files.map((file) => file.case.state));
    for (const state of ['CLOSED', 'MERGED', 'REFERRED', 'DECLINED', 'WITHDRAWN', 'SUSPENDED', 'IN_PROGRESS', 'FOLLOW_UP'] as const) {
      expect(states.has(state)).toBe(true);
    }
    expect(new Set(files.map((file) => file.case.urgency)).size).toBe(5);
    expect(files.some((file) => file.extensions.length > 0)).toBe(true);
    expect(files.some((file) => file.publications.length > 0)).toBe(true);
  });

  test('let merged cases follow one that came before, of the same category and place', () => {
    const seen = new Map<string, CaseFile>();
    for (const file of files) {
      const { case: row } = file;
      if (row.mergedIntoId !== null) {
        const into = seen.get(row.mergedIntoId)!.case;
        expect([into.categoryCode, into.communityId, into.compoundId]).toEqual([row.categoryCode, row.communityId, row.compoundId]);
        expect(file.reports).toEqual([]);
        expect(row.endedAt! <= (into.rounds[0]!.handledAt ?? '2026-07-01')).toBe(true);
      }
      seen.set(row.id, file);
    }
    for (const report of reports) expect(seen.has(report.caseId) && seen.has(report.originCaseId)).toBe(true);
    expect(new Set(reports.map((report) => report.originCaseId)).size).toBe(files.length);
  });

  test('send orders to organizations, one LEAD at a time, never to the one complained about', () => {
    const organizations = new Set(world.organization.organizations.map((row) => row.id));
    const wrong = files.filter(({ case: row, orders }) => {
      const known = orders.every((order) => [order.toId, order.dispatcherId, order.superiorId].every((id) => organizations.has(id)));
      const leading = orders.filter((order) => order.role === 'LEAD' && ['SENT', 'ACCEPTED'].includes(order.status));
      return !known || leading.length > 1 || orders.some((order) => order.toId === row.subjectOrganizationId);
    });
    expect(wrong).toEqual([]);
  });

  test('publish nothing of disputes or of matters about people', () => {
    const aboutPeople = new Set(world.grievances.categories.filter((row) => row.aboutPeople).map((row) => row.code));
    const published = files.filter((file) => file.publications.length > 0);
    expect(
      published.filter((file) => aboutPeople.has(file.case.categoryCode) || file.reports.some((report) => report.kind === 'DISPUTE')),
    ).toEqual([]);
  });
});
