import { addDays, dateIn } from '../../subgraphs/shared/src/domain/period.ts';
import type { CommandSpec, Dice, Play, Way } from '../commands/spec.ts';
import { PLACES } from './world.ts';

export const today = (): string => dateIn(new Date());
export const before = (dice: Dice, days: number): string => addDays(today(), -dice.int(0, days));
const communityOf = ({ caller, dice }: Play): string =>
  dice.pick(dice.chance(90) && caller.communities?.length ? caller.communities : PLACES.communities);

function count({ dice }: Play, areaId: string): Record<string, unknown> {
  const population = dice.int(1000, 1200);
  const residents60Plus = dice.int(200, 300);
  return {
    areaId,
    asOf: before(dice, 3000),
    source: dice.pick(['CENSUS', 'POLICE_REGISTER', 'COMMUNITY_COUNT', 'ESTIMATE']),
    households: dice.int(400, 500),
    population,
    ...(dice.chance(60) && {
      residents60Plus,
      residents65Plus: dice.int(0, residents60Plus),
      children0to14: dice.int(0, population - 300),
    }),
  };
}
const counting =
  (more: (play: Play) => Record<string, unknown> = () => ({})): Way =>
  async (play) => ({ ...count(play, communityOf(play)), ...more(play) });

export const recordAreaStat: CommandSpec = {
  name: 'recordAreaStat',
  ways: {
    valid: counting(),
    more: counting(),
    confirmed: counting(({ dice }) => ({
      population: dice.int(500, 3000),
      residents60Plus: null,
      residents65Plus: null,
      children0to14: 0,
      confirmJump: true,
    })),
    STAT_INCONSISTENT: counting(({ dice }) =>
      dice.pick([
        { residents60Plus: 5000 },
        { residents60Plus: 10, residents65Plus: 11 },
        { residents65Plus: 200, children0to14: 1199 },
        { households: -1 },
      ]),
    ),
    STAT_JUMP_UNCONFIRMED: counting(() => ({ population: 9000, asOf: today() })),
    PARENT_NOT_COMMUNITY: counting(({ dice }) => ({ areaId: dice.pick(PLACES.streets) })),
    NOT_FOUND: counting(() => ({ areaId: 'ar_none' })),
    VALIDATION_FAILED: counting(() => ({ asOf: addDays(today(), 9) })),
  },
};

interface Estate {
  id: string;
  version: number;
  areaId: string;
  code: string;
  name: string;
}
/** A compound of the caller's, now and then any. */
export async function someCompound({ dice, rows, caller }: Play): Promise<Estate | null> {
  const [found] = await rows<Estate>(
    `select c.id, c.version, s.community_id as "areaId", c.code, c.name from compound c join compound_state s on s.compound_id = c.id and s.valid_to is null
     where $1 or s.community_id = any($2) order by random() limit 1`,
    [dice.chance(15) || !caller.communities?.length, caller.communities ?? []],
  );
  return found ? { ...found, version: dice.chance(5) ? found.version - 1 : found.version } : null;
}

/** Few names, so that they meet. */
const nameOf = (dice: Dice): string => `${dice.pick(['东苑', '西苑', '南苑'])}${dice.int(1, 60)}号院`;
const estate = ({ dice }: Play, areaId: string): Record<string, unknown> => ({
  effectiveOn: before(dice, 900),
  areaId,
  name: nameOf(dice),
  types: [dice.pick(['OLD', 'COMMERCIAL', 'RENTAL'])],
  ...dice.pick([
    { management: 'NONE' },
    { management: 'SELF_MANAGED' },
    { management: 'PROPERTY_COMPANY', propertyCompanyId: 'pc' },
    { management: 'COMMUNITY_HOSTED', hostId: 'p1' },
  ]),
  ...(dice.chance(50) && { households: dice.int(0, 500), population: dice.int(500, 900), residents60Plus: dice.int(0, 500) }),
  ...(dice.chance(30) && { totalExclusiveArea: `${dice.int(1000, 9000)}.25`, location: { lat: 34.6, lng: 112.4, crs: 'GCJ02' } }),
});
const making =
  (more: (play: Play) => Record<string, unknown> = () => ({})): Way =>
  async (play) => ({ ...estate(play, communityOf(play)), ...more(play) });
const changing =
  (more: (play: Play, found: Estate) => Record<string, unknown> = () => ({})): Way =>
  async (play) => {
    const found = await someCompound(play);
    if (!found) return null;
    const { id, version, areaId, name } = found;
    const day = play.dice.chance(70) ? { effectiveOn: today() } : {};
    return { ...estate(play, areaId), ...day, id, name, expectedVersion: version, ...more(play, found) };
  };

export const upsertCompound: CommandSpec = {
  name: 'upsertCompound',
  ways: {
    valid: making(),
    more: making(),
    change: changing(),
    renamed: changing(({ dice }) => ({ name: nameOf(dice) })),
    recoded: changing(({ dice }, { code }) => ({ code: code.slice(0, 12) + String(dice.int(1, 999)).padStart(3, '0') })),
    COMPOUND_CODE_TAKEN: async (play) => {
      const found = await someCompound(play);
      return found && { ...estate(play, found.areaId), name: `${nameOf(play.dice)}新`, code: found.code };
    },
    COMPOUND_NAME_DUPLICATE: async (play) => {
      const found = await someCompound(play);
      return found && { ...estate(play, found.areaId), name: ` ${found.name} ` };
    },
    MANAGER_MISMATCH: making(({ dice }) =>
      dice.pick<Record<string, unknown>>([
        { management: 'PROPERTY_COMPANY', propertyCompanyId: null },
        { management: 'NONE', hostId: 'p1' },
        { management: 'PROPERTY_COMPANY', propertyCompanyId: 'p1', hostId: null },
      ]),
    ),
    unmanaged: making(() => ({ management: 'UNIT_HOSTED', hostId: null, propertyCompanyId: null })),
    PARENT_NOT_COMMUNITY: making(({ dice }) => ({ areaId: dice.pick([...PLACES.streets, PLACES.district]) })),
    EFFECTIVE_DATE_INVALID: changing(({ dice }) => ({ effectiveOn: '2010-01-01', households: dice.int(1000, 9000) })),
    VALIDATION_FAILED: making(({ dice }) =>
      dice.pick<Record<string, unknown>>([
        { types: [] },
        { name: ' ' },
        { population: 1, residents60Plus: 2 },
        { households: -1 },
        { totalExclusiveArea: '1.234' },
      ]),
    ),
    NOT_FOUND: changing(({ dice }) =>
      dice.pick([{ id: 'cp_none' }, { management: 'UNIT_HOSTED', hostId: 'or_none', propertyCompanyId: null }]),
    ),
  },
};

const moving =
  (more: (play: Play, found: Estate) => Record<string, unknown> = () => ({})): Way =>
  async (play) => {
    const found = await someCompound(play);
    const elsewhere = PLACES.communities.filter((id) => id !== found?.areaId);
    if (!found) return null;
    const moved = {
      compoundId: found.id,
      expectedVersion: found.version,
      toAreaId: play.dice.pick(elsewhere),
      effectiveOn: before(play.dice, 300),
    };
    return { ...moved, ...more(play, found) };
  };

export const transferCompound: CommandSpec = {
  name: 'transferCompound',
  ways: {
    valid: moving(),
    EFFECTIVE_DATE_INVALID: moving(() => ({ effectiveOn: '2012-01-01' })),
    COMPOUND_CODE_TAKEN: async (play) => {
      const [there] = await play.rows<{ code: string; areaId: string }>(
        `select c.code, s.community_id as "areaId" from compound c join compound_state s on s.compound_id = c.id and s.valid_to is null order by random() limit 1`,
      );
      return there ? moving(() => ({ toAreaId: there.areaId, newCode: there.code }))(play) : null;
    },
    VALIDATION_FAILED: moving((_, { areaId }) => ({ toAreaId: areaId })),
    NOT_FOUND: moving(() => ({ compoundId: 'cp_none' })),
  },
};

const building =
  (more: (play: Play, found: Estate) => Record<string, unknown> = () => ({})): Way =>
  async (play) => {
    const found = await someCompound(play);
    const { dice } = play;
    return (
      found && {
        effectiveOn: before(dice, 300),
        compoundId: found.id,
        label: `${dice.int(1, 20)}号楼`,
        kind: 'RESIDENTIAL',
        households: dice.int(0, 90),
        ...more(play, found),
      }
    );
  };
const rebuilding =
  (more: (play: Play, found: { code: string }) => Record<string, unknown> = () => ({})): Way =>
  async (play) => {
    const compound = await someCompound(play);
    const [found] = compound
      ? await play.rows<{ id: string; version: number; kind: string; code: string }>(
          'select id, version, kind, code from building where compound_id = $1 order by random() limit 1',
          [compound.id],
        )
      : [];
    if (!compound || !found) return null;
    const { id, version, kind } = found;
    const kept = { id, expectedVersion: version, compoundId: compound.id, label: '改', kind, households: play.dice.int(0, 90) };
    return { ...kept, effectiveOn: play.dice.chance(70) ? today() : before(play.dice, 100), ...more(play, found) };
  };

export const upsertBuilding: CommandSpec = {
  name: 'upsertBuilding',
  ways: {
    valid: building(),
    more: building(),
    auxiliary: building(() => ({ kind: 'AUXILIARY', households: null })),
    change: rebuilding(),
    recoded: rebuilding(({ dice }, { code }) => ({ code: code.slice(0, 15) + String(dice.int(1, 30)).padStart(3, '0') })),
    BUILDING_CODE_TAKEN: async (play) => {
      const again = await rebuilding((_, { code }) => ({ code, kind: 'COMMERCIAL' }))(play);
      if (!again) return null;
      const { id: _, expectedVersion: __, ...rest } = again;
      return Number(String(rest.code).slice(-3)) > 900 ? { ...rest, kind: 'AUXILIARY' } : rest;
    },
    BUILDING_KIND_MISMATCH: building(({ dice }, { code }) =>
      dice.pick<Record<string, unknown>>([{ households: null }, { code: `${code}950` }, { kind: 'AUXILIARY', code: `${code}007` }]),
    ),
    EFFECTIVE_DATE_INVALID: building(() => ({ effectiveOn: '2009-01-01' })),
    VALIDATION_FAILED: building(({ dice }) =>
      dice.pick<Record<string, unknown>>([{ label: ' ' }, { units: 0 }, { code: '999999999999999001' }]),
    ),
    NOT_FOUND: building(({ dice }) => dice.pick([{ compoundId: 'cp_none' }, { id: 'bd_none' }, { stewardAppointmentId: 'ap_none' }])),
  },
};
