/**
 * The variants of the graph (overview §3.6, design §4): to whom a field is not tagged, it does not exist. A client's operations are
 * validated, coerced and completed by the schema of its own variant; behind that the planner would plan a hidden field like any other,
 * so this schema is the guard.
 */
import { BREAK, buildASTSchema, type DocumentNode, type GraphQLSchema, print, visit } from 'graphql';
import { VARIANTS, type Variant } from '../../subgraphs/shared/src/claims.ts';
import { contractOf } from './contract.ts';
import { Refusal } from './refusal.ts';
import type { Supergraph } from './supergraph.ts';

/** Where everybody reads the SDL of the own variant. */
export const SDL_PATH = '/schema.graphql';

/** Their clients are programs that were written before: they read the published SDL and need no introspection (overview §12). */
const WITHOUT_INTROSPECTION: readonly Variant[] = ['PUBLIC', 'PARTNER', 'BI'];

/** What one kind of client sees of the graph. */
export interface ClientSchema {
  /** Null in `--open`, where there are no variants. */
  variant: Variant | null;
  schema: GraphQLSchema;
  /** Whether `__schema` and `__type` are answered. */
  introspects: boolean;
  /** The schema as text, written at the first call. */
  sdl(): string;
}

/** The variants of one supergraph. */
export class Variants {
  readonly #schemas: ReadonlyMap<Variant | null, ClientSchema>;

  /**
   * `isOpen`: one schema for everybody, whatever the tags.
   * @throws Error if a variant is no schema: a field is tagged whose type is not
   */
  constructor({ publicSchema, ...published }: Supergraph, isOpen: boolean) {
    const whole = (variant: Variant | null) => [variant, clientSchema(variant, published.publicDocument, publicSchema)] as const;
    this.#schemas = new Map(
      isOpen
        ? [whole(null)]
        : VARIANTS.map((variant) =>
            variant === 'INTERNAL' ? whole(variant) : [variant, clientSchema(variant, contractOf(published, variant.toLowerCase()))],
          ),
    );
  }

  /** The schema of a variant; null for everybody in `--open`. */
  of(variant: Variant | null): ClientSchema {
    const schema = this.#schemas.get(variant);
    if (!schema) throw new Error(`no variant ${variant}`);
    return schema;
  }
}

function clientSchema(variant: Variant | null, document: DocumentNode, schema = schemaOf(variant, document)): ClientSchema {
  let text: string | undefined;
  const introspects = variant === null || !WITHOUT_INTROSPECTION.includes(variant);
  return { variant, schema, introspects, sdl: () => (text ??= `${print(document)}\n`) };
}

function schemaOf(variant: Variant | null, document: DocumentNode): GraphQLSchema {
  try {
    return buildASTSchema(document, { assumeValid: true });
  } catch (error) {
    throw new Error(`variant ${variant} is no schema: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws Refusal FORBIDDEN for a document that asks the schema itself of a variant which does not tell it that way. */
export function checkIntrospection(document: DocumentNode, { variant, introspects }: ClientSchema): void {
  if (introspects || !asksSchema(document)) return;
  throw new Refusal('FORBIDDEN', {
    status: 403,
    zh: `契约 ${variant} 不开放内省查询，其 SDL 见 ${SDL_PATH}。`,
    en: `${variant} answers no introspection: its SDL is at ${SDL_PATH}.`,
    details: { variant, schema: SDL_PATH },
  });
}

function asksSchema(document: DocumentNode): boolean {
  let asks = false;
  visit(document, {
    Field({ name }) {
      if (name.value !== '__schema' && name.value !== '__type') return undefined;
      asks = true;
      return BREAK;
    },
  });
  return asks;
}
