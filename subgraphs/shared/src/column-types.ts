/**
 * How PostgreSQL's values arrive: nothing exact passes through a float or a JavaScript Date. `date` stays 'YYYY-MM-DD', instants become
 * ISO 8601 with the microseconds and the offset of Asia/Shanghai, `numeric` and `int8` stay text, `json` is parsed, arrays likewise.
 */
import pg from 'pg';

type Parse = (text: string) => unknown;

const { builtins } = pg.types;
const INT8_ARRAY = 1016;
const TEXT_ARRAY = 1009;
const NUMERIC_ARRAY = 1231;
const DATE_ARRAY = 1182;
const TIMESTAMP_ARRAY = 1115;
const TIMESTAMPTZ_ARRAY = 1185;

const asText: Parse = (text) => text;

/** '2025-01-01 08:00:00.123456+08' → '2025-01-01T08:00:00.123456+08:00'. Needs DateStyle ISO. */
export function isoInstant(text: string): string {
  const iso = text.replace(' ', 'T');
  return /[+-]\d\d$/.test(iso) && iso.includes('T') ? `${iso}:00` : iso;
}

const splitArray = (pg.types.getTypeParser as (oid: number) => (text: string) => unknown[])(TEXT_ARRAY);
const arrayOf = (parse: Parse): Parse => {
  const each = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(each);
    return value === null ? null : parse(String(value));
  };
  return (text) => splitArray(text).map(each);
};

const PARSERS = new Map<number, Parse>([
  [builtins.INT8, asText],
  [builtins.NUMERIC, asText],
  [builtins.DATE, asText],
  [builtins.TIMESTAMP, isoInstant],
  [builtins.TIMESTAMPTZ, isoInstant],
  [builtins.INTERVAL, asText],
  [INT8_ARRAY, arrayOf(asText)],
  [NUMERIC_ARRAY, arrayOf(asText)],
  [DATE_ARRAY, arrayOf(asText)],
  [TIMESTAMP_ARRAY, arrayOf(isoInstant)],
  [TIMESTAMPTZ_ARRAY, arrayOf(isoInstant)],
]);

/** Type parsers for a pg client or pool. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && PARSERS.get(oid)) || pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** Connection options that the parsers rely on. */
export const SESSION_OPTIONS = '-c timezone=Asia/Shanghai -c datestyle=ISO -c intervalstyle=iso_8601';
