/** Places that outlive their codes (overview §3.2, divisions.md), asked as anybody asks: without a credential. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkout } from '../../local/folder.ts';
import type { Answer, Hub } from '../kit.ts';
import { codesOf, DISTRICT, HUBEI_ROAD, NANCHANG_ROAD, openHub, WANGFUZHUANG, WANGFUZHUANG_BEFORE, wholeData } from './district.ts';

interface Place {
  id: string;
  code: string;
  name: string;
  resolvedFromRetiredCode: string | null;
}

let hub: Hub;
beforeAll(async () => {
  hub = await openHub();
});
afterAll(() => hub?.stop());

const OWN = 'id code name resolvedFromRetiredCode';
const area = (args: string, fields = OWN): Promise<Answer<{ area: Place & Record<string, never> }>> =>
  hub.query(`{ area(${args}) { ${fields} } }`);
const found = async (args: string, fields = OWN) => wholeData(await area(args, fields)).area;
const warningsOf = (answer: Answer<unknown>): string[] => (answer.extensions.warnings ?? []).map(({ code }) => code);

describe('a place', () => {
  it('is found by the code it has and by its id', async () => {
    const byCode = await found(`code: "${WANGFUZHUANG}"`);
    expect(byCode).toMatchObject({ code: WANGFUZHUANG, name: '王府庄社区居民委员会', resolvedFromRetiredCode: null });
    expect(await found(`id: "${byCode.id}"`)).toEqual(byCode);
  });

  it('is found by any code it ever had, and says so', async () => {
    const today = await found(`code: "${WANGFUZHUANG}"`);
    const before = await found(`code: "${WANGFUZHUANG_BEFORE}"`);
    expect(before).toEqual({ ...today, resolvedFromRetiredCode: WANGFUZHUANG_BEFORE });
  });

  it('is nobody when no place ever had the code or the id', async () => {
    expect(await found('code: "999999999999"')).toBeNull();
    expect(await found('id: "ar_none"')).toBeNull();
  });

  it('is asked by exactly one of id and code', async () => {
    for (const args of [`id: "ar_x", code: "${DISTRICT}"`, 'at: "2020-01-01"', 'id: null']) {
      const answer = await area(args);
      expect(answer.data, args).toEqual({ area: null });
      expect(codesOf(answer), args).toEqual(['VALIDATION_FAILED']);
    }
  });

  it('is asked by a code of 12 digits and a real day, or hears what is wrong in both languages', async () => {
    const answers = [
      await area('code: "4103"'),
      await hub.query('query ($code: AreaCode!) { area(code: $code) { id } }', { code: '41030500000' }),
      await hub.query('query ($at: Date!) { area(code: "410305000000", at: $at) { id } }', { at: '2025-02-30' }),
    ];
    for (const answer of answers) {
      expect(codesOf(answer)).toEqual(['VALIDATION_FAILED']);
      expect(answer.errors[0]?.message).toMatch(/[一-鿿]/);
      expect(answer.errors[0]?.extensions.messageEn).toMatch(/^[^一-鿿]+$/);
    }
  });
});

describe('a code that several places had', () => {
  it('answers with its present holder and a warning, or by day with the holder of that day', async () => {
    const holders = await hub.sql<{ code: string; areaId: string; validFrom: string }>(
      'organization',
      `select v.code, v.area_id as "areaId", min(v.valid_from)::text as "validFrom" from area_version v
       where v.code = (select code from area_version group by code having count(distinct area_id) > 1 order by code limit 1)
       group by v.code, v.area_id order by 3`,
    );
    expect(holders.length).toBeGreaterThan(1);
    const [{ code } = { code: '' }] = holders;
    const today = await area(`code: "${code}"`);
    expect(today.data?.area.id).toBe(holders.at(-1)?.areaId);
    expect(warningsOf(today)).toContain('AREA_CODE_REUSED');
    for (const { areaId, validFrom } of holders) {
      const then = await area(`code: "${code}", at: "${validFrom}"`);
      expect(then.data?.area.id, validFrom).toBe(areaId);
      expect(warningsOf(then)).not.toContain('AREA_CODE_REUSED');
    }
  });
});

describe('a code whose lineage nobody decided', () => {
  it('answers with the place that last held it, and a warning', async () => {
    const answer = await area('code: "410306002007"', 'name resolvedFromRetiredCode');
    expect(answer.data?.area).toMatchObject({ name: expect.stringContaining('送庄') });
    expect(warningsOf(answer)).toEqual(['LINEAGE_AMBIGUOUS']);
  });

  it('is warned of for each code that a proposed change takes away, and for none that was decided', async () => {
    const { divisionChanges } = wholeData(
      await hub.query(`{ divisionChanges(filter: { statuses: [PROPOSED], editionTo: 2021 }, first: 40) { nodes { from { code } } } }`),
    );
    const undecided = divisionChanges.nodes.flatMap(({ from }: { from: { code: string }[] }) => from.map(({ code }) => code));
    expect(undecided.length).toBeGreaterThan(20);
    for (const code of undecided.slice(0, 10)) expect(warningsOf(await area(`code: "${code}"`)), code).toContain('LINEAGE_AMBIGUOUS');
    for (const code of [DISTRICT, HUBEI_ROAD, WANGFUZHUANG_BEFORE, '410371001210'])
      expect(warningsOf(await area(`code: "${code}"`)), code).toEqual([]);
  });
});

describe('a place that is no more', () => {
  it('answers with itself, its last version closed', async () => {
    const [gone] = await hub.sql<{ code: string }>(
      'organization',
      'select code from area where closed_on is not null and not is_undecided order by code limit 1',
    );
    const place = await found(`code: "${gone?.code}"`, `${OWN} versions { code validTo } children { id }`);
    expect(place).toMatchObject({ code: gone?.code, resolvedFromRetiredCode: gone?.code, children: [] });
    expect((place as unknown as { versions: { validTo: string | null }[] }).versions.at(-1)?.validTo).not.toBeNull();
  });
});

describe('G17: 王府庄, which moved from 南昌路 to 湖北路', () => {
  it('is one place under both codes, of 湖北路 today', async () => {
    const place = await found(
      `code: "${WANGFUZHUANG_BEFORE}"`,
      'id parent { name code } lineage { kind alsoKinds effectiveOn from { code } to { code } }',
    );
    expect(place.id).toBe((await found(`code: "${WANGFUZHUANG}"`)).id);
    expect(place).toMatchObject({
      parent: { name: '湖北路街道', code: HUBEI_ROAD },
      lineage: [
        {
          kind: 'TRANSFERRED',
          alsoKinds: ['RECODED'],
          effectiveOn: '2022-10-31',
          from: [{ code: WANGFUZHUANG_BEFORE }],
          to: [{ code: WANGFUZHUANG }],
        },
      ],
    });
  });

  it('has two rows of membership, one for each street', async () => {
    const place = await found(
      `code: "${WANGFUZHUANG}"`,
      'id membership { communityId streetId districtId recordedFrom recordedTo current }',
    );
    const [before, now, district] = await Promise.all([NANCHANG_ROAD, HUBEI_ROAD, DISTRICT].map((code) => found(`code: "${code}"`)));
    const common = { communityId: place.id, districtId: district?.id };
    expect(place).toMatchObject({
      membership: [
        { ...common, streetId: before?.id, recordedFrom: null, recordedTo: '2022-10-31', current: false },
        { ...common, streetId: now?.id, recordedFrom: '2022-10-31', recordedTo: null, current: true },
      ],
    });
  });

  it('gave its facts to 南昌路 before that day and to 湖北路 from it on, as recorded', async () => {
    const lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
    const hoursOf = async (code: string, basis: string, start: string, end: string): Promise<number> => {
      const answer = await hub.query(
        `query ($code: AreaCode!, $p: PeriodInput!, $basis: AreaBasis) {
          area(code: $code) { volunteerSummary(period: $p, basis: $basis) { kpis(keys: [VOL_1]) { value } } } }`,
        { code, basis, p: { grain: 'CUSTOM', start, end } },
        lead,
      );
      return Number(wholeData(answer).area.volunteerSummary.kpis[0].value);
    };
    for (const [start, end, holder, other] of [
      ['2022-10-01', '2022-10-31', NANCHANG_ROAD, HUBEI_ROAD],
      ['2022-10-31', '2022-12-01', HUBEI_ROAD, NANCHANG_ROAD],
    ] as const) {
      const own = await hoursOf(WANGFUZHUANG, 'AS_RECORDED', start, end);
      expect(own, `${start}: the demo has service there`).toBeGreaterThan(0);
      // What the two bases tell apart of both streets is 王府庄 and nothing else.
      const gained = (await hoursOf(holder, 'AS_RECORDED', start, end)) - (await hoursOf(holder, 'RESTATED', start, end));
      const lost = (await hoursOf(other, 'RESTATED', start, end)) - (await hoursOf(other, 'AS_RECORDED', start, end));
      const moved = holder === NANCHANG_ROAD ? own : 0;
      expect(gained, holder).toBeCloseTo(moved, 2);
      expect(lost, other).toBeCloseTo(moved, 2);
    }
  });
});

describe('G18: 燕家沟, a village that became a community and moved in', () => {
  it('is one place from its village code of 2020 on', async () => {
    const place = await found(
      'code: "410371001210"',
      'id name parent { name } lineage { kind effectiveOn from { code edition } to { code edition } }',
    );
    expect(place.id).toBe((await found('code: "410305012020"')).id);
    expect(place).toMatchObject({ name: '燕家沟社区居民委员会', parent: { name: '工农街道' } });
    const { lineage } = place as unknown as { lineage: { kind: string }[] };
    expect(lineage.slice(-2)).toMatchObject([
      { kind: 'RECLASSIFIED', effectiveOn: '2021-10-31', from: [{ code: '410371001210', edition: 2020 }], to: [{ edition: 2021 }] },
      { kind: 'TRANSFERRED', effectiveOn: '2023-06-30', from: [{ edition: 2022 }], to: [{ code: '410305012020', edition: 2023 }] },
    ]);
  });
});

describe('the district', () => {
  it('has the 11 streets and 76 communities of the 2023 edition, by code', async () => {
    const listed = readFileSync(`${checkout}/data/divisions/2023.csv`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(','))
      .filter(([code]) => code?.startsWith('410305') && code !== DISTRICT);
    const place = await found(`code: "${DISTRICT}"`, 'kind ancestors { name } children { code name kind children { code name } }');
    const { children } = place as unknown as { children: { code: string; name: string; children: { code: string; name: string }[] }[] };
    expect(children).toHaveLength(11);
    expect(children.flatMap((street) => street.children)).toHaveLength(76);
    const shown = children.flatMap((street) => [street, ...street.children]).map(({ code, name }) => [code, name]);
    expect(shown).toEqual(listed);
  });

  it('had 12 streets before 徐家营 left for another district', async () => {
    const of = async (at: string) => {
      const answer = await hub.query(
        `{ areas(filter: { kinds: [STREET], parentCode: "${DISTRICT}", at: "${at}" }, first: 50) { nodes { name } } }`,
      );
      return wholeData(answer).areas.nodes.map(({ name }: { name: string }) => name);
    };
    expect(await of('2018-12-31')).toHaveLength(12);
    expect(await of('2023-12-31')).toHaveLength(11);
    expect(await found('code: "410305009000"', 'parent { name }')).not.toMatchObject({ parent: { name: '涧西区' } });
  });
});
