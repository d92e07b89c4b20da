import { beforeAll, describe, expect, test } from 'vitest';
import { departmentErrors, stale } from '../schema/compose.ts';
import { errorsPage, type Registry } from '../schema/errors-page.ts';
import { COMMON_ERRORS } from '../subgraphs/shared/src/errors.ts';
import { codesHandedOn, type ThrownCode, thrownCodes } from './architecture/codes.ts';
import { sourcesOf } from './architecture/source.ts';

/** Codes of the domain's list that nothing throws yet, with what brings them. This list only shrinks. */
const TO_COME: Readonly<Record<string, string>> = {
  QUERY_NOT_REGISTERED: 'registered operations, in the gateway',
};
/** A fault of ours that is masked; no part of the registry, as its page says. */
const MASKED = 'INTERNAL_SERVER_ERROR';
const SHARED = 'subgraphs/shared/';

const sources = sourcesOf('subgraphs', 'gateway').filter(({ path }) => !/(^|\/)errors\.ts$/.test(path));
const thrown = thrownCodes(sources);
const handedOn = codesHandedOn(sources);

let departments: Record<string, Registry>;
beforeAll(async () => {
  departments = await departmentErrors();
});

/** What a file may throw: the common codes and its department's; a value of the domain, those of who uses it. */
function registryOf(path: string): Registry {
  if (path.startsWith(SHARED)) return Object.assign({}, COMMON_ERRORS, ...Object.values(departments)) as Registry;
  return { ...COMMON_ERRORS, ...departments[/^subgraphs\/(\w+)\//.exec(path)?.[1] ?? ''] };
}

describe('the registry of error codes', () => {
  test('has every code that is thrown, in the department that throws it', () => {
    expect(thrown.length).toBeGreaterThan(100);
    expect(thrown.filter(({ code, path }) => code !== MASKED && !(code in registryOf(path)))).toEqual([]);
  });

  test('has no code that nobody throws, but those that are still to come', () => {
    const dead = (own: Registry, within: string) =>
      Object.keys(own).filter((code) => {
        const isHere = (each: ThrownCode) => each.code === code && (each.path.startsWith(within) || each.path.startsWith(SHARED));
        return !thrown.some(isHere) && !handedOn.some(isHere);
      });
    const all = [dead(COMMON_ERRORS, ''), ...Object.entries(departments).map(([name, own]) => dead(own, `subgraphs/${name}/`))].flat();
    expect(all.sort()).toEqual(Object.keys(TO_COME).sort());
  });

  test('says each code once for those who share it, in both languages, and when it is thrown', () => {
    for (const own of [COMMON_ERRORS, ...Object.values(departments)]) {
      for (const [code, { zh, en, when }] of Object.entries(own as Registry)) {
        expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
        expect(zh, code).toMatch(/[一-鿿].*[。！]$/);
        expect(en, code).toMatch(/^[A-Z][^一-鿿]+\.$/);
        expect(when, code).toMatch(/^[`A-Za-z][^一-鿿\n]+\.$/);
        if (own !== COMMON_ERRORS) expect(code in COMMON_ERRORS, `${code} is common already`).toBe(false);
      }
    }
  });

  test('is the page of schema/, where each code has its line', () => {
    const page = errorsPage(COMMON_ERRORS, departments);
    const lines = page.split('\n');
    for (const [code, { when }] of [COMMON_ERRORS, ...Object.values(departments)].flatMap((own) => Object.entries(own as Registry))) {
      expect(
        lines.filter((line) => line.startsWith(`| \`${code}\` `) && line.includes(` ${when} `)),
        code,
      ).not.toEqual([]);
    }
    expect(stale([{ file: 'ERRORS.md', text: page }]), 'run npm run compose').toEqual([]);
  });
});

describe('the search for codes', () => {
  const found = (text: string): string[] => thrownCodes([{ path: 'x.ts', text }]).map(({ code }) => code);

  test('sees a code wherever it becomes an error, and nowhere else', () => {
    expect(found(`throw refuse('SLOT_TAKEN', { field: ['from'] });`)).toEqual(['SLOT_TAKEN']);
    expect(found(`new HubError(is(a, b) ? 'A_ONE' : 'B_TWO', { x: 'NOT_ME' })`)).toEqual(['A_ONE', 'B_TWO']);
    expect(found(`refuse(error.code === 'NOT_ME' ? 'A_ONE' : 'B_TWO')`)).toEqual(['A_ONE', 'B_TWO']);
    expect(found("ctx.warn({ code: 'A_ONE', message: said({ zh }), messageEn: said({ en }) })")).toEqual(['A_ONE']);
    expect(found(`// throw refuse('NOT_ME')\nconst gap = { code: 'NOT_ME', areaId };`)).toEqual([]);
  });
});
