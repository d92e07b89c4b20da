import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { definition } from '../../subgraphs/volunteers/src/subgraph.ts';
import { ageBandOf, hubNumber } from '../../subgraphs/volunteers/src/volunteer/registration.rules.ts';
import { holdClock } from '../clock.ts';
import type { TestDatabase } from '../database.ts';
import { act, ask, auditor, type Caller, codes, recorder, resident, staffOf } from './act.ts';
import { NOW, newKey, UPLOADED, volunteersWorld } from './world.ts';

let world: TestDatabase;
beforeAll(async () => {
  world = await volunteersWorld();
  await world.owner.query(`insert into skill_tag values ('law', '法律', 'Law'), ('repair', '维修', 'Repairs')`);
});
beforeEach(() => holdClock(NOW));
afterAll(async () => {
  holdClock(null);
  await world?.drop();
});

let phones = 0;
const person = (more: Record<string, unknown> = {}) => ({
  homeCommunityId: 'c',
  legalName: '欧阳明华',
  phone: `139${String(++phones).padStart(8, '0')}`,
  birthMonth: '1980-05',
  consentTextVersion: '2026-1',
  idempotencyKey: newKey(),
  ...more,
});
const guardian = { legalName: '王玉兰', phone: '13711112222' };
const register = (caller: Caller, input: Record<string, unknown>) => act(world, caller, 'registerVolunteer', input);

describe('a resident', () => {
  it('becomes a volunteer with a number of the hub and a name that is not his', async () => {
    const outcome = await register(resident('new-1'), person({ skills: ['law'] }));
    expect(outcome.errors).toEqual([]);
    expect(outcome).toMatchObject({
      card: null,
      volunteer: {
        number: hubNumber(44),
        displayName: '欧阳师傅',
        status: 'ACTIVE',
        ageBand: 'ADULT',
        homeCommunity: { id: 'c' },
        skills: [{ code: 'law' }],
        totalMinutes: 0,
      },
    });
    expect((await ask(world, resident('new-1'), '{ myVolunteer { displayName } }')).data).toEqual({
      myVolunteer: { displayName: '欧阳师傅' },
    });
  });

  it('keeps the name that he chose and the number that he has', async () => {
    const outcome = await register(resident('new-2'), person({ displayName: '老欧', number: '41030512345678' }));
    expect(outcome.volunteer).toMatchObject({ displayName: '老欧', number: '41030512345678' });
  });

  it('is registered once: by his login, his number, his telephone', async () => {
    expect((await register(resident('login-1'), person())).errors).toMatchObject([{ code: 'ALREADY_REGISTERED', field: null }]);
    expect((await register(resident('new-3'), person({ number: '41030590000001' }))).errors).toMatchObject([
      { code: 'ALREADY_REGISTERED', field: ['number'] },
    ]);
    const phone = '13855556666';
    expect((await register(resident('new-3'), person({ phone }))).ok).toBe(true);
    expect((await register(resident('new-4'), person({ phone: '+86 138-5555-6666' }))).errors).toMatchObject([
      { code: 'ALREADY_REGISTERED', field: ['phone'] },
    ]);
  });

  it('is registered once, when 16 register with one telephone at once', async () => {
    const phone = '13877778888';
    const outcomes = await Promise.all(Array.from({ length: 16 }, (_, n) => register(resident(`race-${n}`), person({ phone }))));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(new Set(outcomes.flatMap(codes))).toEqual(new Set(['ALREADY_REGISTERED']));
  });

  it('is registered once by a repeated request, and answered again', async () => {
    const input = person();
    const first = await register(resident('new-5'), input);
    expect(await register(resident('new-5'), input)).toEqual(first);
  });

  it('is told everything that is wrong, and never what he wrote', async () => {
    const outcome = await register(
      resident('new-6'),
      person({
        ...{
          legalName: ' ',
          phone: '12345',
          birthMonth: '2026-13',
          consentTextVersion: '1999',
          displayName: '电话 13800001111',
          number: 'x',
        },
        guardian: { legalName: '', phone: 'x' },
      }),
    );
    expect(outcome.errors.map(({ code, field }) => [code, field?.join('.')])).toEqual([
      ['VALIDATION_FAILED', 'legalName'],
      ['VALIDATION_FAILED', 'phone'],
      ['VALIDATION_FAILED', 'birthMonth'],
      ['VALIDATION_FAILED', 'guardian.legalName'],
      ['VALIDATION_FAILED', 'guardian.phone'],
      ['VALIDATION_FAILED', 'displayName'],
      ['VALIDATION_FAILED', 'number'],
      ['CONSENT_REQUIRED', 'consentTextVersion'],
    ]);
    expect(JSON.stringify(outcome)).not.toMatch(/12345|2026-13|1999|13800001111/);
    expect(codes(await register(resident('new-6'), person({ number: '11010519491231002X' })))).toEqual(['VALIDATION_FAILED']);
    expect(codes(await register(resident('new-6'), person({ skills: ['juggling'] })))).toEqual(['VALIDATION_FAILED']);
    expect(codes(await register(resident('new-6'), person({ homeCommunityId: 'nowhere' })))).toEqual(['NOT_FOUND']);
    expect(codes(await register(resident('new-6'), person({ idempotencyKey: 'short' })))).toEqual(['IDEMPOTENCY_KEY_REQUIRED']);
  });
});

describe('a minor', () => {
  it('needs a guardian, and under 14 the consent on paper', async () => {
    expect((await register(resident('kid-1'), person({ birthMonth: '2010-01' }))).errors).toMatchObject([
      { code: 'GUARDIAN_REQUIRED', field: ['guardian'] },
    ]);
    expect((await register(resident('kid-1'), person({ birthMonth: '2015-01', guardian }))).errors).toMatchObject([
      { code: 'GUARDIAN_REQUIRED', field: ['guardian', 'consentFileId'] },
    ]);
  });

  it('waits for the consent', async () => {
    const older = await register(resident('kid-2'), person({ birthMonth: '2010-01', guardian }));
    expect(older.volunteer).toMatchObject({ status: 'PENDING_CONSENT', ageBand: 'FROM_14_TO_17' });
    await world.owner.query(UPLOADED, ['fl_1', 'test', 'kid-3']);
    const child = await register(resident('kid-3'), person({ birthMonth: '2015-01', guardian: { ...guardian, consentFileId: 'fl_1' } }));
    expect(child.volunteer).toMatchObject({ status: 'PENDING_CONSENT', ageBand: 'UNDER_14' });
    const { id: objectId } = child.volunteer as { id: string };
    const reads = (caller: Caller) => definition.mayReadFile?.(world.context(caller), { objectType: 'Volunteer', objectId });
    expect(await reads(resident('kid-3'))).toBe(true);
    for (const caller of [resident('kid-2'), recorder('og1'), staffOf('c'), auditor]) expect(await reads(caller)).toBe(false);
  });

  it('brings the paper himself: nobody names a file of somebody else', async () => {
    await world.owner.query(UPLOADED, ['fl_2', 'test', 'kid-5']);
    const input = person({ birthMonth: '2015-01', guardian: { ...guardian, consentFileId: 'fl_2' } });
    expect((await register(resident('kid-4'), input)).errors).toMatchObject([
      { code: 'VALIDATION_FAILED', field: ['guardian', 'consentFileId'] },
    ]);
    expect((await world.owner.query(`select 1 from volunteer where subject = 'kid-4'`)).rowCount).toBe(0);
    expect((await register(resident('kid-5'), { ...input, idempotencyKey: newKey() })).ok).toBe(true);
  });

  it('comes of age when his month of birth is over, for nobody knows the day', () => {
    expect(ageBandOf('2008-03', '2026-03-31')).toBe('FROM_14_TO_17');
    expect(ageBandOf('2008-03', '2026-04-01')).toBe('ADULT');
    expect(ageBandOf('2012-03', '2026-03-31')).toBe('UNDER_14');
    expect(ageBandOf('2012-03', '2026-04-01')).toBe('FROM_14_TO_17');
    const month = fc.tuple(fc.integer({ min: 1950, max: 2025 }), fc.integer({ min: 1, max: 12 }));
    fc.assert(
      fc.property(month, month, ([y1, m1], [y2, m2]) => {
        const text = (y: number, m: number): string => `${y}-${String(m).padStart(2, '0')}`;
        const bands = ['UNDER_14', 'FROM_14_TO_17', 'ADULT'];
        const [younger, older] = [text(y1, m1), text(y2, m2)].sort().reverse() as [string, string];
        expect(bands.indexOf(ageBandOf(older, '2026-03-02'))).toBeGreaterThanOrEqual(bands.indexOf(ageBandOf(younger, '2026-03-02')));
      }),
    );
  });
});

describe('who registers', () => {
  it('may be staff for somebody who asked them, and sees his card alone', async () => {
    for (const caller of [recorder('og1'), staffOf('c')]) {
      const outcome = await register(caller, person({ skills: ['repair'] }));
      expect(outcome).toMatchObject({ ok: true, card: { displayName: '欧阳师傅', ageBand: 'ADULT', skills: [{ nameZh: '维修' }] } });
      expect(outcome.volunteer).toBeFalsy();
    }
  });

  it('is no staff of another community, no auditor, and no app without a login', async () => {
    await expect(register(staffOf('b'), person())).rejects.toThrow('OUT_OF_AREA_SCOPE');
    await expect(register(auditor, person())).rejects.toThrow('FORBIDDEN');
    await expect(register({ ...resident(''), subject: null }, person())).rejects.toThrow('UNAUTHENTICATED');
  });
});

describe('what only the vault may keep', () => {
  it('is in no other table, no event and no kept answer', async () => {
    const marks = { legalName: '独孤求败甲', phone: '13866669999', birthMonth: '1971-11' };
    const person1 = { ...marks, guardian: { legalName: '诸葛孔明乙', phone: '13866660000' } };
    expect((await register(resident('canary'), person(person1))).ok).toBe(true);
    const { rows: tables } = await world.owner.query<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`,
    );
    expect(tables.length).toBeGreaterThan(8);
    for (const { name } of tables) {
      const { rows } = await world.owner.query(
        `select 1 from ${name} t where t::text ~ '独孤求败|13866669999|1971-11|诸葛孔明|13866660000'`,
      );
      expect(rows, name).toEqual([]);
    }
    const [own] = (await world.owner.query(`select id from volunteer where subject = 'canary'`)).rows;
    const ctx = world.context({ roles: ['SERVICE'] });
    expect((await ctx.vault.read(ctx, [own.id], 'IDENTITY')).get(own.id)).toMatchObject({ legalName: '独孤求败甲', birthMonth: '1971-11' });
    expect((await ctx.vault.read(ctx, [own.id], 'GUARDIAN')).get(own.id)).toMatchObject({ legalName: '诸葛孔明乙', phone: '13866660000' });
    const other = world.context(staffOf('c'));
    expect((await other.vault.read(other, [own.id], 'IDENTITY')).size).toBe(0);
  });
});

describe('the events of the department', () => {
  it('tell other departments of records and activities, never who became a volunteer', async () => {
    await register(resident('quiet'), person());
    // That nobody is told says something once a reader could see it: below every transaction of the server that is still open.
    const readable = `select count(*)::int as n from hub.event where name = 'volunteer.registered' and tx < pg_snapshot_xmin(pg_current_snapshot())`;
    await expect.poll(async () => (await world.owner.query(readable)).rows[0].n, { timeout: 30_000 }).toBeGreaterThan(0);
    const asked = '{ volunteerEvents { nodes { name objectType objectId at on } } }';
    const { data } = await ask(world, { roles: ['SERVICE'], variant: 'INTERNAL' }, asked);
    expect(data?.volunteerEvents).toEqual({ nodes: [] });
    expect((await ask(world, recorder('og1'), asked)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});
