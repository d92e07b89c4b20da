import { Directive } from 'type-graphql';

/** A contract variant (overview §2.1), or `internal`: the mark of one field that stays inside although its type is tagged. */
export type Audience = 'public' | 'resident' | 'partner' | 'department' | 'bi' | 'audit' | 'internal';

/** The variants in the order in which tags are printed. */
export const AUDIENCES: readonly Audience[] = ['public', 'resident', 'partner', 'department', 'bi', 'audit', 'internal'];

/** All six variants. */
export const EVERYONE = ['public', 'resident', 'partner', 'department', 'bi', 'audit'] as const;
/** All but `bi`, which reads figures only. */
export const EVERYONE_BUT_BI = ['public', 'resident', 'partner', 'department', 'audit'] as const;
/** People at work or at home: no BI tool, no auditor. */
export const PEOPLE = ['public', 'resident', 'partner', 'department'] as const;

/**
 * Says which variants show a type or a field: `@Tag(...EVERYONE)`, `@Tag('department', 'audit')`. On a type it holds for the fields that have no
 * tags of their own; a field of another department's entity always has its own. Without any tag a field is in `internal` only.
 */
export function Tag(...audiences: Audience[]): ClassDecorator & PropertyDecorator & MethodDecorator {
  const directives = audiences.map((audience) => Directive(`@tag(name: "${audience}")`));
  return (target: object, key?: string | symbol, descriptor?: unknown) => {
    for (const apply of directives) {
      if (key === undefined) (apply as ClassDecorator)(target as never);
      else (apply as MethodDecorator)(target, key, descriptor as never);
    }
  };
}
