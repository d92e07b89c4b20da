/**
 * What a variant may ask in this first storey (overview §3.6): every field carries the tags of the variants it is for; one without
 * tags is for INTERNAL alone. Checked over the validated operation, since the planner would plan a hidden field like any other.
 */
import { type DocumentNode, type GraphQLSchema, getNamedType, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { Variant } from '../../subgraphs/shared/src/claims.ts';
import { Refusal } from './refusal.ts';
import type { Supergraph } from './supergraph.ts';

/** Checks operations against the variants; a document is walked once per variant. */
export class Variants {
  readonly #schema: GraphQLSchema;
  readonly #tags: Supergraph['tags'];
  readonly #checked = new WeakMap<DocumentNode, Map<Variant, Refusal | null>>();

  constructor({ publicSchema, tags }: Supergraph) {
    this.#schema = publicSchema;
    this.#tags = tags;
  }

  /** @throws Refusal VARIANT_FORBIDDEN naming the first field that is not for this variant. */
  check(document: DocumentNode, variant: Variant): void {
    if (variant === 'INTERNAL') return;
    const results = this.#checked.get(document) ?? new Map<Variant, Refusal | null>();
    this.#checked.set(document, results);
    let refusal = results.get(variant);
    if (refusal === undefined) {
      const hidden = this.#firstHidden(document, variant.toLowerCase());
      refusal = hidden === null ? null : refusalFor(hidden, variant);
      results.set(variant, refusal);
    }
    if (refusal) throw refusal;
  }

  #firstHidden(document: DocumentNode, tag: string): string | null {
    const types = new TypeInfo(this.#schema);
    let hidden: string | null = null;
    visit(
      document,
      visitWithTypeInfo(types, {
        Field: (node) => {
          const parent = types.getParentType();
          const name = node.name.value;
          if (hidden !== null || !parent || name.startsWith('__')) return;
          const type = getNamedType(parent).name;
          // Introspection's own types; what it tells is the published schema, the same for everybody.
          if (type.startsWith('__')) return;
          const coordinate = `${type}.${name}`;
          if (!this.#tags.get(coordinate)?.has(tag)) hidden = coordinate;
        },
      }),
    );
    return hidden;
  }
}

const refusalFor = (field: string, variant: Variant) =>
  new Refusal('VARIANT_FORBIDDEN', {
    status: 403,
    zh: `字段 ${field} 不在 ${variant} 中。`,
    en: `${field} is not part of ${variant}.`,
    details: { field, variant },
  });
