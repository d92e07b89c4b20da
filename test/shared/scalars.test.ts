import { GraphQLError, Kind } from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  AreaCode,
  BuildingCode,
  CivilDate,
  Coins,
  CompoundCode,
  Decimal,
  Instant,
  Json,
  MaskedText,
  USCC,
} from '../../subgraphs/shared/src/scalars.ts';

const refusal = (run: () => unknown): Record<string, unknown> => {
  try {
    run();
  } catch (error) {
    if (error instanceof GraphQLError) return { message: error.message, ...error.extensions };
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('codes', () => {
  it('have their number of digits', () => {
    expect(AreaCode.parseValue('410305008001')).toBe('410305008001');
    expect(refusal(() => AreaCode.parseValue('41030500800'))).toMatchObject({
      code: 'VALIDATION_FAILED',
      message: 'AreaCode 须为 12 位数字',
      messageEn: 'AreaCode must be 12 digits',
    });
    expect(() => AreaCode.parseValue(410305008001)).toThrow();
  });

  it('count their serials from 001', () => {
    expect(CompoundCode.parseValue('410305008001001')).toBe('410305008001001');
    expect(() => CompoundCode.parseValue('410305008001000')).toThrow();
    expect(() => BuildingCode.parseValue('410305008001001000')).toThrow();
  });

  it('take a credit code whose check character is wrong', () => {
    expect(USCC.parseValue('91410300MA0000000X')).toBe('91410300MA0000000X');
    expect(() => USCC.parseValue('91410300MA000000IX')).toThrow();
  });
});

describe('days and instants', () => {
  it('are real', () => {
    expect(CivilDate.parseValue('2024-02-29')).toBe('2024-02-29');
    expect(() => CivilDate.parseValue('2025-02-29')).toThrow();
    expect(() => CivilDate.parseValue('2025-2-9')).toThrow();
    expect(() => Instant.parseValue('2025-02-30T00:00:00Z')).toThrow();
    expect(() => Instant.parseValue('2025-02-03T24:30:00Z')).toThrow();
  });

  it('need an offset', () => {
    expect(refusal(() => Instant.parseValue('2025-10-11T08:00:00')).code).toBe('VALIDATION_FAILED');
    expect(Instant.parseValue('2025-10-11T00:00:00Z')).toBe('2025-10-11T08:00:00+08:00');
  });

  it('keep their microseconds across midnight and offsets', () => {
    expect(Instant.serialize('2025-12-31T16:00:00.123456Z')).toBe('2026-01-01T00:00:00.123456+08:00');
    expect(Instant.serialize('2025-12-31 16:00:00.000001+00')).toBe('2026-01-01T00:00:00.000001+08:00');
    expect(Instant.serialize(new Date('2025-06-30T16:30:00.5Z'))).toBe('2025-07-01T00:30:00.500+08:00');
    expect(Instant.parseLiteral({ kind: Kind.STRING, value: '2025-10-11T08:00:00.1-03:30' })).toBe('2025-10-11T19:30:00.1+08:00');
  });

  it('are days in civil time', () => {
    expect(CivilDate.serialize(new Date('2025-12-31T16:00:00Z'))).toBe('2026-01-01');
    expect(() => CivilDate.serialize('2025-12-31T16:00:00Z')).toThrow();
  });
});

describe('numbers', () => {
  it('are text, never floats', () => {
    expect(Decimal.parseValue('30.00')).toBe('30.00');
    expect(Decimal.serialize(30)).toBe('30');
    expect(() => Decimal.serialize(0.1)).toThrow();
    expect(() => Decimal.parseValue(30.5)).toThrow();
    for (const wrong of ['', '1e3', '01', '1.', '.5', '+1', 'NaN']) expect(() => Decimal.parseValue(wrong)).toThrow();
  });

  it('have two digits at most when they are coins, and no sign', () => {
    expect(Coins.parseValue('12.5')).toBe('12.5');
    expect(() => Coins.parseValue('12.505')).toThrow();
    expect(() => Coins.parseValue('-1')).toThrow();
  });
});

describe('other scalars', () => {
  it('do not take masked text as input', () => {
    expect(MaskedText.serialize('138****0000')).toBe('138****0000');
    expect(refusal(() => MaskedText.parseValue('')).code).toBe('VALIDATION_FAILED');
  });

  it('carry any JSON', () => {
    expect(Json.parseLiteral({ kind: Kind.LIST, values: [{ kind: Kind.INT, value: '1' }] }, {})).toEqual([1]);
  });
});
