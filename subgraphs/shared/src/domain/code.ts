import { ValueError } from './value-error.ts';

declare const namespace: unique symbol;
/** A code of one namespace: unit grids and compounds look alike (15 digits), and the compiler refuses to compare them (§3.1). */
type Code<Namespace extends string> = string & { readonly [namespace]: Namespace };

/** 12 digits: county 6, street or town 3, community or village 3; higher levels are padded with zeros. */
export type AreaCode = Code<'AREA'>;
/** 15 digits: community code and serial 001–999. */
export type CompoundCode = Code<'COMPOUND'>;
/** 18 digits: compound code and serial 001–999, of which 901–999 are auxiliary buildings. */
export type BuildingCode = Code<'BUILDING'>;
/** 15 digits of the official unit grid, 6+3+3+3; not a compound's. */
export type GridCode = Code<'GRID'>;

/** What the zero padding says about a 12-digit code; CITY is the prefecture (4 digits). */
export type CodeLevel = 'CITY' | 'COUNTY' | 'STREET' | 'COMMUNITY';
export type PrefixLength = 6 | 9 | 12 | 15 | 18;

const UNPADDED: Readonly<Record<CodeLevel, number>> = { CITY: 4, COUNTY: 6, STREET: 9, COMMUNITY: 12 };
const ABOVE: Readonly<Record<CodeLevel, CodeLevel | null>> = { CITY: null, COUNTY: 'CITY', STREET: 'COUNTY', COMMUNITY: 'STREET' };
const AREA_LENGTH = 12;
const FIRST_AUXILIARY = 901;

export function isAreaCode(text: string): text is AreaCode {
  return /^\d{12}$/.test(text);
}

/** @throws ValueError `VALIDATION_FAILED` unless 12 digits */
export function parseAreaCode(text: string): AreaCode {
  if (isAreaCode(text)) return text;
  throw invalid('区划代码', 'An area code', 12, text);
}

/** @throws ValueError `VALIDATION_FAILED` unless a community's code and a serial 001–999 */
export function parseCompoundCode(text: string): CompoundCode {
  if (!/^\d{15}$/.test(text)) throw invalid('小区代码', 'A compound code', 15, text);
  refuseSerialZero(text.slice(9, 12), '小区代码中的社区段', 'The community segment of a compound code', text);
  refuseSerialZero(text.slice(12), '小区顺序号', 'The serial of a compound', text);
  return text as CompoundCode;
}

/** @throws ValueError `VALIDATION_FAILED` unless a compound's code and a serial 001–999 */
export function parseBuildingCode(text: string): BuildingCode {
  if (!/^\d{18}$/.test(text)) throw invalid('楼栋代码', 'A building code', 18, text);
  parseCompoundCode(text.slice(0, 15));
  refuseSerialZero(text.slice(15), '楼栋顺序号', 'The serial of a building', text);
  return text as BuildingCode;
}

/** @throws ValueError `VALIDATION_FAILED` unless 15 digits */
export function parseGridCode(text: string): GridCode {
  if (/^\d{15}$/.test(text)) return text as GridCode;
  throw invalid('网格代码', 'A grid code', 15, text);
}

/**
 * The first 6, 9, 12, 15 or 18 digits: what the code says of county, street, community, compound, building. For display and import only:
 * membership is a dated fact and never decided by comparing prefixes (§3.6).
 *
 * @throws ValueError `VALIDATION_FAILED` when the code is shorter
 */
export function prefix(code: string, length: PrefixLength): string {
  if (code.length >= length) return code.slice(0, length);
  throw new ValueError('VALIDATION_FAILED', `代码 ${code} 不足 ${length} 位`, `The code ${code} has fewer than ${length} digits`, {
    code,
    length,
  });
}

/** The level of a 12-digit code by its zero padding. */
export function levelOf(code: string): CodeLevel {
  parseAreaCode(code);
  if (code.endsWith('00000000')) return 'CITY';
  if (code.endsWith('000000')) return 'COUNTY';
  return code.endsWith('000') ? 'STREET' : 'COMMUNITY';
}

/** The zero-padded prefix one level up: community → street → county → city; null above a city. */
export function parentCode(code: string): AreaCode | null {
  const above = ABOVE[levelOf(code)];
  return above && (code.slice(0, UNPADDED[above]).padEnd(AREA_LENGTH, '0') as AreaCode);
}

/** The community of a compound or building code, the street of which is its `parentCode`. */
export function communityOf(code: CompoundCode | BuildingCode): AreaCode {
  return prefix(code, 12) as AreaCode;
}

/** Whether a building serves others (guard house, boiler house, …): serials 901–999. */
export function isAuxiliaryBuilding(code: BuildingCode): boolean {
  return Number(code.slice(15)) >= FIRST_AUXILIARY;
}

function refuseSerialZero(serial: string, zh: string, en: string, code: string): void {
  if (serial !== '000') return;
  throw new ValueError('VALIDATION_FAILED', `${zh}须为 001–999：${code}`, `${en} must be 001–999: ${code}`, { code });
}

function invalid(zh: string, en: string, digits: number, text: string): ValueError {
  return new ValueError('VALIDATION_FAILED', `${zh}须为 ${digits} 位数字：${text}`, `${en} has ${digits} digits: ${text}`, { code: text });
}
