import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';
import { CIVIL_OFFSET, dateIn, instantText, parseDate } from './domain/period.ts';
import { ValueError } from './domain/value-error.ts';

/** A GraphQL error, so that nothing is put before its sentence, around one of ours, so that it is told as such in both languages. */
const refusal = (name: string, messageZh: string, messageEn: string, value: unknown): GraphQLError => {
  const details = { scalar: name, value: typeof value === 'string' ? value.slice(0, 80) : value };
  const originalError = new ValueError('VALIDATION_FAILED', messageZh, messageEn, details);
  return new GraphQLError(messageZh, { originalError, extensions: { code: 'VALIDATION_FAILED', messageEn, details } });
};

/** How a scalar that travels as text is written. */
interface TextScalar {
  name: string;
  description: string;
  /** What an input must look like. */
  pattern: RegExp;
  /** The form in words, for the error message: `须为 12 位数字`, `must be 12 digits`. */
  formZh: string;
  formEn: string;
  /** Further checks and the canonical text; throws a ValueError or an Error. */
  read?: (text: string) => string;
  /** The answer from what a resolver returned; default: texts as they are. */
  write?: (value: unknown) => string;
}

/**
 * A scalar that is text on both sides, so that no digit is lost on the way (§3.1). A wrong input is a GraphQL error with code
 * VALIDATION_FAILED in both languages; a resolver that returns anything but text is a bug and fails its own field.
 */
export function textScalar({ name, description, pattern, formZh, formEn, read, write }: TextScalar): GraphQLScalarType<string, string> {
  const refuse = (value: unknown): GraphQLError => refusal(name, `${name} ${formZh}`, `${name} ${formEn}`, value);
  const parseValue = (value: unknown): string => {
    if (typeof value !== 'string' || !pattern.test(value)) throw refuse(value);
    if (!read) return value;
    try {
      return read(value);
    } catch (error) {
      throw error instanceof ValueError ? refusal(name, error.messageZh, error.messageEn, value) : refuse(value);
    }
  };
  const serialize = (value: unknown): string => {
    if (write) return write(value);
    if (typeof value === 'string') return value;
    throw new TypeError(`${name} cannot be written from a ${typeof value}`);
  };
  return new GraphQLScalarType({
    name,
    description,
    serialize,
    parseValue,
    parseLiteral: (node) => parseValue(node.kind === Kind.STRING ? node.value : valueFromASTUntyped(node)),
  });
}

/** Code of a division, 12 digits: 6 county + 3 street + 3 community. */
export const AreaCode = textScalar({
  name: 'AreaCode',
  description: 'Statistical code of a division (统计用区划代码), 12 digits: 6 county + 3 street + 3 community, e.g. 410305008001.',
  pattern: /^\d{12}$/,
  formZh: '须为 12 位数字',
  formEn: 'must be 12 digits',
});

/** Code of a compound, 15 digits: the community's code and a serial from 001. */
export const CompoundCode = textScalar({
  name: 'CompoundCode',
  description: 'Code of a compound (小区代码), 15 digits: community code + serial 001–999.',
  pattern: /^\d{12}(?!000)\d{3}$/,
  formZh: '须为 15 位数字，末三位 001–999',
  formEn: 'must be 15 digits, the last three 001–999',
});

/** Code of a building, 18 digits: the compound's code and a serial; 901–999 are auxiliary buildings. */
export const BuildingCode = textScalar({
  name: 'BuildingCode',
  description: 'Code of a building (楼栋代码), 18 digits: compound code + serial 001–999; 901–999 are auxiliary buildings.',
  pattern: /^\d{15}(?!000)\d{3}$/,
  formZh: '须为 18 位数字，末三位 001–999',
  formEn: 'must be 18 digits, the last three 001–999',
});

/** Unified social credit code; a wrong check character is a warning elsewhere (`domain/uscc.ts`), not an error here. */
export const USCC = textScalar({
  name: 'USCC',
  description:
    'Unified social credit code (统一社会信用代码), 18 characters, GB 32100; a wrong check character is a warning, not an error.',
  pattern: /^[0-9A-HJ-NPQRTUWXY]{18}$/,
  formZh: '须为 18 位数字或大写字母（不含 I、O、S、V、Z）',
  formEn: 'must be 18 digits or capital letters without I, O, S, V, Z',
});

/** Exact decimal; never a JavaScript number with a fraction. */
export const Decimal = textScalar({
  name: 'Decimal',
  description: 'Exact decimal as a string, e.g. "30.00".',
  pattern: /^-?(0|[1-9]\d{0,29})(\.\d{1,20})?$/,
  formZh: '须为十进制数字符串，如 "30.00"',
  formEn: 'must be a decimal string, e.g. "30.00"',
  write: (value) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value);
    throw new TypeError('Decimal is written from text: a number with a fraction is not exact');
  },
});

/** Love coins. Text of at most two fractional digits; stored in minor units (1 coin = 100). */
export const Coins = textScalar({
  name: 'Coins',
  description: 'Love coins as a decimal string with at most 2 fractional digits; stored as integer minor units (1 coin = 100).',
  pattern: /^(0|[1-9]\d{0,15})(\.\d{1,2})?$/,
  formZh: '须为最多两位小数的非负数字符串，如 "12.50"',
  formEn: 'must be a non-negative decimal string with at most two fractional digits, e.g. "12.50"',
});

/** `Date`: a civil day in Asia/Shanghai. Named so because `Date` is taken in JavaScript. */
export const CivilDate = textScalar({
  name: 'Date',
  description: 'Civil day in Asia/Shanghai (日期), YYYY-MM-DD.',
  pattern: /^\d{4}-\d{2}-\d{2}$/,
  formZh: '须为 YYYY-MM-DD 形式的日期',
  formEn: 'must be a day as YYYY-MM-DD',
  read: parseDate,
  write: (value) => {
    if (value instanceof Date) return dateIn(value);
    if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
    throw new TypeError('Date is written from YYYY-MM-DD or a Date');
  },
});

const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2}):(\d{2})(\.\d{1,6})?(Z|[+-]\d{2}(?::?\d{2})?)$/;

/**
 * The same instant written in the district's civil time, `2025-10-11T08:00:00.123456+08:00`: a JavaScript Date would lose the microseconds
 * that cursors and orderings rest on (design §3).
 *
 * @throws RangeError for a text that is no instant with an offset, or names a day or time that does not exist
 */
export function civilInstant(text: string): string {
  const match = INSTANT.exec(text);
  if (!match) throw new RangeError(`no instant with an offset: ${text}`);
  const [, day = '', hour, minute, second, fraction = '', offset = 'Z'] = match;
  parseDate(day);
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) throw new RangeError(`no such time: ${text}`);
  const zone = offset === 'Z' ? 'Z' : offset.slice(0, 3) + (offset.length === 3 ? ':00' : `:${offset.slice(-2)}`);
  const seconds = new Date(`${day}T${hour}:${minute}:${second}${zone}`);
  if (Number.isNaN(seconds.getTime())) throw new RangeError(`no such offset: ${text}`);
  return instantText(seconds).slice(0, 19) + fraction + CIVIL_OFFSET;
}

/** `DateTime`: an instant. Inputs need an offset; answers have +08:00 and keep microseconds. */
export const Instant = textScalar({
  name: 'DateTime',
  description: 'Instant, ISO 8601 with offset (时间), e.g. 2025-10-11T08:00:00+08:00; answers are given in +08:00.',
  pattern: INSTANT,
  formZh: '须为带时区的 ISO 8601 时间，如 2025-10-11T08:00:00+08:00',
  formEn: 'must be ISO 8601 with an offset, e.g. 2025-10-11T08:00:00+08:00',
  read: civilInstant,
  write: (value) => {
    if (value instanceof Date) return instantText(value);
    if (typeof value === 'string') return civilInstant(value);
    throw new TypeError('DateTime is written from ISO text or a Date');
  },
});

/** Text that was masked in the subgraph (§10.2): output only. */
export const MaskedText = textScalar({
  name: 'MaskedText',
  description: 'Masked text (脱敏文本), e.g. 138****0000; output only.',
  pattern: /^$/,
  formZh: '只用于输出',
  formEn: 'is output only',
  read: () => {
    throw new Error('output only');
  },
});

/** Anything JSON can say; details of errors only. */
export const Json = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value; its shape is said where it is used.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});
