/** What makes organization's commands right but for the input that is tried. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { addDays, weekday } from '../../subgraphs/shared/src/domain/period.ts';
import { type Ground, type Prepared, TODAY, type Ways } from './canary-ground.ts';
import type { Input } from './canary-inputs.ts';
import { HUBEI_ROAD } from './district.ts';

/** A day before `TODAY` on which things begin that are changed later. */
const BEFORE = '2026-06-01';
const SATURDAY = 6;

export function organizationWays(ground: Ground): Ways {
  const { callers, place, next, run, one } = ground;
  const { registrar: token } = callers;
  const ready = async (known: Promise<Input> | Input): Promise<Prepared> => ({ token, known: await known });
  const compound = () => ({ areaId: place.communityId, name: `新小区${next()}`, management: 'SELF_MANAGED', types: ['OLD'] });
  const idOf = (object: unknown): string => (object as { id: string }).id;

  const transferable = async (): Promise<Input> => {
    const made = await run('upsertCompound', { ...compound(), effectiveOn: BEFORE }, token, 'compound { id }');
    const { id: toAreaId } = await one(
      'organization',
      `select communityId as id from (select m.community_id as communityId from membership m
         where m.current and m.street_id = (select street_id from membership where current and community_id = $1) and m.community_id <> $1) m
       order by 1 limit 1`,
      [place.communityId],
    );
    return { compoundId: idOf(made.compound), toAreaId, expectedVersion: 1 };
  };
  const founding = () => ({ kind: 'SOCIAL_ORGANIZATION', name: `新组织${next()}` });
  const founded = async (): Promise<string> =>
    idOf((await run('createOrganization', { ...founding(), effectiveOn: BEFORE }, token, 'organization { id }')).organization);
  const vacant = async (): Promise<Input> => {
    const postId = `po_canary_${next()}`;
    await ground.hub.sql('organization', `insert into post (id, organization_id, code, seats) values ($1, $2, 'GROUP_LEADER', 1)`, [
      postId,
      await founded(),
    ]);
    const { id: officeholderId } = await one('organization', 'select id from officeholder order by id limit 1');
    return { postId, officeholderId, method: 'APPOINTED' };
  };
  const appointed = async (): Promise<Input> => {
    const known = { ...(await vacant()), from: BEFORE };
    const { appointment } = await run('appointOfficeholder', known, token, 'appointment { id }');
    return { id: idOf(appointment), expectedVersion: 1 };
  };
  let years = 2030;
  /** Every year once. */
  const calendar = (): Input => {
    const year = years++;
    const first = `${year}-10-01`;
    const saturday = addDays(first, (SATURDAY - weekday(first) + 7) % 7);
    return { year, status: 'PROVISIONAL', holidays: [], makeUpWorkdays: [], date: saturday };
  };
  const proposed = proposals(ground);
  return {
    recordAreaStat: () => ready({ areaId: place.communityId, households: 1_400, population: 4_000, confirmJump: true }),
    loadDivisionEdition: () => ready(nextEdition(ground, (_, name) => name)),
    confirmAreaChange: () => ready(proposed()),
    confirmAreaChanges: async () => ready({ ids: [(await proposed()).id] }),
    rejectAreaChange: () => ready(proposed()),
    setWorkCalendar: () => ready(calendar()),
    upsertBuilding: () => ready({ compoundId: place.compoundId, kind: 'RESIDENTIAL', label: `${next()}号楼`, households: 10 }),
    upsertCompound: () => ready(compound()),
    transferCompound: () => ready(transferable()),
    createOrganization: () => ready(founding()),
    dissolveOrganization: async () => ready({ id: await founded(), expectedVersion: 1 }),
    appointOfficeholder: async () => ready({ ...(await vacant()), from: TODAY }),
    endAppointment: () => ready(appointed()),
  };
}

/** The next official list, uploaded: the last one with other names. */
async function nextEdition({ hub, one, upload, callers }: Ground, renamed: (code: string, name: string) => string): Promise<Input> {
  const { year, cutoff = '' } = await one(
    'organization',
    `select year, cutoff_date::text as cutoff from division_edition order by year desc limit 1`,
  );
  const rows = await hub.sql<{ code: string; name: string }>(
    'organization',
    'select code, name from division_row where edition = $1 order by code',
    [year],
  );
  const content = Buffer.from(['code,name', ...rows.map(({ code, name }) => `${code},${renamed(code, name)}`), ''].join('\n'));
  return {
    ...{ year: Number(year) + 1, cutoffDate: addDays(cutoff, 365), source: '统计局', license: '公开' },
    ...{ checksum: createHash('sha256').update(content).digest('hex'), fileId: await upload('organization', content, callers.registrar) },
  };
}

const [LONG, SHORT] = ['社区居民委员会', '社区'];
const otherwise = (name: string): string => (name.endsWith(LONG) ? name.slice(0, -LONG.length) + SHORT : name);

/** Changes that wait for the registrar, one at a time: of a list in which communities of other streets are named without their ending. */
function proposals(ground: Ground): () => Promise<Input> {
  let waiting: Input[] | null = null;
  const load = async (): Promise<Input[]> => {
    const isNear = (code: string): boolean => code.startsWith(HUBEI_ROAD.slice(0, 9));
    const edition = await nextEdition(ground, (code, name) => (isNear(code) ? name : otherwise(name)));
    await ground.run('loadDivisionEdition', edition, ground.callers.registrar);
    return ground.hub.sql(
      'organization',
      `select id, version as "expectedVersion" from area_change
       where edition_to = $1 and status = 'PROPOSED' and bulk_allowed and candidate_rows = '[]' order by id`,
      [edition.year],
    );
  };
  return async () => {
    waiting ??= await load();
    return waiting.shift() ?? expect.fail('no change waits for the registrar any more');
  };
}
