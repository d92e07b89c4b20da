import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  equity,
  gapOf,
  meetsStandard,
  pooled,
  type StandardState,
  verdictOn,
} from '../../subgraphs/facilities/src/standard/standard.rules.ts';
import { Ratio } from '../../subgraphs/shared/src/domain/ratio.ts';

const community = (households: number | null, area: string) => ({ households, area: Ratio.of(area) });
const counted: StandardState = {
  status: 'OPEN',
  kind: 'ACTIVITY_ROOM',
  countsTowardStandard: true,
  tenure: 'OWNED',
  leaseFrom: null,
  leaseTo: null,
  usableArea: '100.00',
  grossArea: '140.00',
};
const reason = (change: Partial<StandardState>, hasShare = true) => {
  const verdict = verdictOn({ ...counted, ...change }, hasShare, '2025-06-30');
  return 'reason' in verdict ? verdict.reason : verdict.basis;
};

describe('the area standard of a community', () => {
  it('G1: 960.00 m² for 3,200 households meet it exactly', () => {
    const c = community(3200, '960.00');
    expect([pooled([c]).per100?.toDecimal(2), meetsStandard(c), gapOf(c)?.toDecimal(2)]).toEqual(['30.00', true, '0.00']);
  });

  it('G2: 959.99 m² show 30.00 and do not meet it', () => {
    const c = community(3200, '959.99');
    expect([pooled([c]).per100?.toDecimal(2), meetsStandard(c), gapOf(c)?.toDecimal(2)]).toEqual(['30.00', false, '0.01']);
  });

  it('G3: without households there is no figure', () => {
    for (const households of [0, null]) {
      const c = community(households, '960.00');
      expect([pooled([c]).per100, meetsStandard(c), gapOf(c)]).toEqual([null, null, null]);
    }
  });

  it('names the first reason in the order of the rule', () => {
    expect(reason({})).toBe('USABLE');
    expect(reason({ kind: 'OUTDOOR_SPACE', countsTowardStandard: false, status: 'CLOSED' })).toBe('OUTDOOR');
    expect(reason({ countsTowardStandard: false, status: 'CLOSED' })).toBe('NOT_FLAGGED');
    expect(reason({ status: 'TEMPORARILY_CLOSED', tenure: 'LEASED', leaseFrom: '2020-01-01', leaseTo: '2025-01-01' })).toBe('NOT_OPEN');
    expect(reason({ tenure: 'LEASED', leaseFrom: '2020-01-01', leaseTo: '2025-06-29' }, false)).toBe('LEASE_ENDED');
    expect(reason({ usableArea: null, grossArea: null }, false)).toBe('NO_SHARE');
    expect(reason({ usableArea: null, grossArea: null })).toBe('AREA_UNKNOWN');
  });

  it('counts a lease through its last day', () => {
    expect(reason({ tenure: 'LEASED', leaseFrom: '2020-01-01', leaseTo: '2025-06-30' })).toBe('USABLE');
    expect(reason({ tenure: 'LEASED', leaseFrom: '2025-07-01', leaseTo: '2030-06-30' })).toBe('LEASE_ENDED');
  });

  it('takes three quarters of the gross area where usable is unknown, and the reverse for the gross measure', () => {
    const converted = verdictOn({ ...counted, usableArea: null }, true, '2025-06-30');
    expect('usable' in converted && [converted.usable.toDecimal(2), converted.basis]).toEqual(['105.00', 'GROSS_CONVERTED']);
    const grossed = verdictOn({ ...counted, grossArea: null }, true, '2025-06-30');
    expect('gross' in grossed && [grossed.gross.toDecimal(2), grossed.grossEstimated]).toEqual(['133.33', true]);
  });
});

const communities = fc.array(
  fc.record({
    households: fc.option(fc.integer({ min: 0, max: 5000 })),
    area: fc.integer({ min: 0, max: 500_000 }).map((n) => Ratio.of(n, 100)),
  }),
  { minLength: 1, maxLength: 12 },
);

describe('communities together', () => {
  it('a rich community hides no poor one: the gap is the sum of the gaps, and zero exactly when all known ones meet it', () => {
    fc.assert(
      fc.property(communities, (list) => {
        const { gap, meeting } = pooled(list);
        const inhabited = list.filter(({ households }) => households).length;
        if (gap === null) return inhabited === 0;
        return gap.isZero() === (meeting === inhabited) && gap.equals(Ratio.sum(list.map((each) => gapOf(each) ?? Ratio.ZERO)));
      }),
    );
  });

  it('those without households change neither ratio nor gap', () => {
    fc.assert(
      fc.property(communities, fc.integer({ min: 0, max: 9999 }), (list, area) => {
        const more = [...list, community(null, String(area))];
        expect(pooled(more).per100?.toString()).toBe(pooled(list).per100?.toString());
        expect(pooled(more).gap?.toString()).toBe(pooled(list).gap?.toString());
      }),
    );
  });
});

/** Exactly as §6.3 writes it. */
function giniAsWritten(list: readonly { households: number | null; area: Ratio }[]): Ratio | null {
  const known = list.filter(({ households }) => households).map(({ households, area }) => ({ h: Ratio.of(households ?? 1), area }));
  const rows = known.map(({ h, area }) => ({ h, x: area.mul(Ratio.of(100)).div(h) }));
  const total = Ratio.sum(rows.map(({ h }) => h));
  if (total.isZero()) return null;
  const mean = Ratio.sum(rows.map(({ h, x }) => h.mul(x))).div(total);
  if (mean.isZero()) return null;
  const spread = Ratio.sum(rows.flatMap((a) => rows.map((b) => a.h.mul(b.h).mul(a.x.sub(b.x).abs()))));
  return spread.div(Ratio.of(2).mul(total).mul(total).mul(mean));
}

describe('equity', () => {
  it('G13B: 400, 1,000 and 600 households with 30, 60 and 0 m² per hundred give 0.6167', () => {
    const list = [community(400, '120'), community(1000, '600'), community(600, '0')];
    expect(giniAsWritten(list)?.toDecimal(4)).toBe('0.3833');
    expect(equity(list)?.toDecimal(4)).toBe('0.6167');
  });

  it('is one where all have the same, and null where nobody has anything', () => {
    expect(equity([community(100, '30'), community(200, '60')])?.toString()).toBe('1');
    expect(equity([community(100, '0'), community(200, '0')])).toBeNull();
  });

  it('is one minus the Gini coefficient as the text writes it', () => {
    fc.assert(
      fc.property(communities, (list) => {
        const gini = giniAsWritten(list);
        expect(equity(list)?.toString() ?? null).toBe(gini && Ratio.ONE.sub(gini).toString());
      }),
    );
  });
});
