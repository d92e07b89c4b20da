import { ValueError } from '../../../shared/src/domain/value-error.ts';
import { divisionLevel } from './area.rules.ts';
import { subjectOf } from './division.rules.ts';
import type { Change, Registry } from './registry.rules.ts';

/** A row of `lineage-<district>.csv` (Appendix B): a change that the demo's registrar has looked up. */
export interface KnownChange {
  readonly kind: string;
  readonly fromCode: string | null;
  readonly toCode: string | null;
  readonly editionFrom: number;
  readonly editionTo: number;
}

const HEADER = 'kind,from_code,from_name,to_code,to_name,edition_before,edition_after';
/** Codes of streets are written with nine digits there. */
const CODE_DIGITS = 12;

/**
 * The known changes from the text of their file.
 *
 * @throws ValueError `VALIDATION_FAILED` for another header or a short line
 */
export function parseKnownChanges(csv: string): KnownChange[] {
  const [header, ...lines] = csv.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (header !== HEADER) throw new ValueError('VALIDATION_FAILED', `首行应为 ${HEADER}`, `The first line must be ${HEADER}`, { header });
  return lines.filter(Boolean).map((line) => {
    const [kind = '', from = '', , to = '', , editionFrom, editionTo] = line.split(',');
    return { kind, fromCode: codeOf(from), toCode: codeOf(to), editionFrom: Number(editionFrom), editionTo: Number(editionTo) };
  });
}

const codeOf = (text: string): string | null => (text === '' ? null : text.padEnd(CODE_DIGITS, '0'));

/**
 * Decides as the demo's registrar does, edition by edition, parents first: all known changes, all that bulk confirmation takes, all
 * unambiguous moves, and every county and street that begins or ends, a choice among candidates being "a new place" or "no more" there.
 * What stays PROPOSED is ambiguous communities, and another name under the same code that nobody has looked up.
 *
 * @returns how many changes were confirmed
 */
export function decideAsDemoRegistrar(registry: Registry, known: readonly KnownChange[], decidedAt: string): number {
  const lookedUp = new Set(known.map(({ editionTo, fromCode, toCode }) => keyOf(editionTo, fromCode, toCode)));
  const decided = registry.changes.filter((change) => change.status === 'PROPOSED' && isDecided(change, lookedUp));
  for (const { id, kind } of decided) registry.confirm(id, { decidedAt, kind });
  return decided.length;
}

const keyOf = (edition: number, from: string | null, to: string | null): string => `${edition}:${from ?? ''}>${to ?? ''}`;

function isDecided(change: Change, lookedUp: ReadonlySet<string>): boolean {
  if (lookedUp.has(keyOf(change.editionTo, change.from[0]?.code ?? null, change.to[0]?.code ?? null))) return true;
  if (change.rule === 'SAME_CODE_OTHER_CORE') return false;
  return change.candidates.length === 0 || divisionLevel(subjectOf(change)) !== 'COMMUNITY';
}
