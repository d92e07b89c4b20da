import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Crs, convert, EARTH_RADIUS_M, type GeoPoint, greatCircleMetres, parsePoint } from '../../subgraphs/shared/src/domain/geo.ts';
import { failure } from './failure.ts';

const systems: Crs[] = ['WGS84', 'GCJ02', 'BD09', 'CGCS2000'];
const inChina = fc.record({
  lat: fc.double({ min: 18, max: 53, noNaN: true }),
  lng: fc.double({ min: 74, max: 134, noNaN: true }),
  crs: fc.constantFrom(...systems),
});
const wuhanRoad: GeoPoint = { lat: 34.6667, lng: 112.3826, crs: 'WGS84' };

describe('a point', () => {
  test('without a reference system is rejected', () => {
    expect(failure(() => parsePoint({ lat: 34.66, lng: 112.38 })).code).toBe('CRS_REQUIRED');
    expect(failure(() => parsePoint({ lat: 34.66, lng: 112.38, crs: 'EPSG:4326' })).code).toBe('CRS_REQUIRED');
  });

  test.each([
    [91, 112],
    [34, 181],
    [Number.NaN, 112],
    [34, Number.POSITIVE_INFINITY],
  ])('at %d, %d is out of range', (lat, lng) => {
    expect(failure(() => parsePoint({ lat, lng, crs: 'WGS84' })).code).toBe('VALIDATION_FAILED');
  });

  test('in GCJ-02 lies where the published transformation puts it', () => {
    const { lat, lng } = convert({ lat: 39.915, lng: 116.404, crs: 'WGS84' }, 'GCJ02');
    expect(lat).toBeCloseTo(39.91640428150164, 9);
    expect(lng).toBeCloseTo(116.41024449916938, 9);
  });

  test('in BD-09 lies where the published transformation puts it', () => {
    const { lat, lng } = convert({ lat: 39.915, lng: 116.404, crs: 'GCJ02' }, 'BD09');
    expect(lat).toBeCloseTo(39.92133699351021, 7);
    expect(lng).toBeCloseTo(116.41036949371029, 7);
  });

  test('is the same in CGCS2000 as in WGS84', () => {
    expect(convert(wuhanRoad, 'CGCS2000')).toEqual({ ...wuhanRoad, crs: 'CGCS2000' });
  });

  test('abroad is not shifted', () => {
    expect(convert({ lat: 35.68, lng: 139.77, crs: 'WGS84' }, 'GCJ02')).toEqual({ lat: 35.68, lng: 139.77, crs: 'GCJ02' });
  });

  test('comes back from any system to within a millionth of a degree', () => {
    fc.assert(
      fc.property(inChina, fc.constantFrom(...systems), (point, crs) => {
        const back = convert(convert(point, crs), point.crs);
        expect(Math.abs(back.lat - point.lat)).toBeLessThan(1e-6);
        expect(Math.abs(back.lng - point.lng)).toBeLessThan(1e-6);
      }),
    );
  });

  test('reaches a system by any way alike', () => {
    fc.assert(
      fc.property(inChina, fc.constantFrom(...systems), fc.constantFrom(...systems), (point, over, to) => {
        const [direct, around] = [convert(point, to), convert(convert(point, over), to)];
        expect(Math.abs(direct.lat - around.lat)).toBeLessThan(1e-6);
        expect(Math.abs(direct.lng - around.lng)).toBeLessThan(1e-6);
      }),
    );
  });
});

describe('a distance', () => {
  test('of one degree on the equator is a 360th of the circumference', () => {
    const metres = greatCircleMetres({ lat: 0, lng: 10, crs: 'WGS84' }, { lat: 0, lng: 11, crs: 'WGS84' });
    expect(metres).toBeCloseTo((2 * Math.PI * EARTH_RADIUS_M) / 360, 3);
  });

  test('of a place to itself is nothing, whatever systems it is written in', () => {
    expect(greatCircleMetres(wuhanRoad, wuhanRoad)).toBe(0);
    expect(greatCircleMetres(wuhanRoad, convert(wuhanRoad, 'BD09'))).toBeLessThan(0.1);
  });

  test('is the same both ways and no longer than a detour', () => {
    fc.assert(
      fc.property(inChina, inChina, inChina, (a, b, c) => {
        expect(greatCircleMetres(a, b)).toBeCloseTo(greatCircleMetres(b, a), 6);
        expect(greatCircleMetres(a, b)).toBeLessThanOrEqual(greatCircleMetres(a, c) + greatCircleMetres(c, b) + 1e-3);
      }),
    );
  });
});
