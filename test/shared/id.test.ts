import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isId, newId, stableId } from '../../subgraphs/shared/src/domain/id.ts';
import { failure } from './failure.ts';

describe('an id', () => {
  test('of a seed is the same on every machine and every day', () => {
    expect(stableId('ar', '2016-07-31', '410305008001')).toBe(stableId('ar', '2016-07-31', '410305008001'));
    expect(stableId('ar', '1970-01-02', '')).toBe('ar_00001PXT00WERC8GMRZGE196QV');
  });

  test('differs for another seed, another day and another kind', () => {
    const id = stableId('ar', '2016-07-31', 'a');
    expect(stableId('ar', '2016-07-31', 'b')).not.toBe(id);
    expect(stableId('ar', '2016-08-01', 'a')).not.toBe(id);
    expect(stableId('cp', '2016-07-31', 'a')).toBe(id.replace('ar', 'cp'));
  });

  test('sorts by its day', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(stableId('ar', '2024-01-01', a) < stableId('ar', '2024-01-02', b)).toBe(true);
      }),
    );
  });

  test('made anew is new each time, and sorts after the ids of earlier instants', () => {
    const ids = Array.from({ length: 1000 }, () => newId('vol'));
    expect(new Set(ids).size).toBe(1000);
    expect(newId('ar', new Date(1)) < newId('ar', new Date(2))).toBe(true);
  });

  test('has the form prefix_ULID', () => {
    fc.assert(fc.property(fc.string(), (seed) => isId(stableId('gr', '2024-05-01', seed), 'gr')));
    expect(isId('ar_0000000000000000000000000I')).toBe(false);
    expect(isId(newId('ar'), 'cp')).toBe(false);
  });

  test.each(['a', 'area', 'AR', 'a1', ''])('"%s" is no prefix', (prefix) => {
    expect(failure(() => newId(prefix)).code).toBe('VALIDATION_FAILED');
  });
});
