/**
 * `@authenticated`, `@requiresScopes` and `@policy` of a supergraph. What a request may not see is not asked for: it is taken out of the
 * operation before planning, and stands as null in the answer with an error at its place, while the rest is answered.
 */
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  Kind,
  TypeInfo,
  type TypeNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { Lru } from '../lru.ts';

/** What a request shows of itself. */
export interface Access {
  isAuthenticated: boolean;
  scopes: ReadonlySet<string>;
  policies: ReadonlySet<string>;
}

/** Without a credential. */
export const NOBODY: Access = { isAuthenticated: false, scopes: new Set(), policies: new Set() };

/** The fields that an access may not see, `Type.field`; the key is equal for equal sets. */
export interface Denied {
  key: string;
  fields: ReadonlySet<string>;
}

/** Whether one directive's demand is met. */
type Demand = (access: Access) => boolean;

const FEATURES = ['authenticated', 'requiresScopes', 'policy'] as const;
type Feature = (typeof FEATURES)[number];
const KEPT_OUTCOMES = 200;

/** The demands of one supergraph. */
export class AccessRules {
  readonly #demands: Demand[] = [];
  /** Field → its demands by index, those of its types included. */
  readonly #fields = new Map<string, number[]>();
  readonly #outcomes = new Lru<Denied>(KEPT_OUTCOMES);

  constructor(document: DocumentNode) {
    const names = namesOf(document);
    const ofTypes = new Map<string, number[]>();
    for (const node of document.definitions)
      if ('name' in node && node.name && 'directives' in node) ofTypes.set(node.name.value, this.#read(node.directives, names));
    for (const node of document.definitions) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
      for (const field of node.fields ?? []) {
        const own = this.#read(field.directives, names);
        const demands = [...own, ...(ofTypes.get(node.name.value) ?? []), ...(ofTypes.get(nameOf(field.type)) ?? [])];
        if (demands.length > 0) this.#fields.set(`${node.name.value}.${field.name.value}`, demands);
      }
    }
  }

  /** What an access may not see. */
  deniedTo(access: Access): Denied {
    const isMet = this.#demands.map((demand) => demand(access));
    const key = isMet.map((met) => (met ? '1' : '0')).join('');
    const known = this.#outcomes.get(key);
    if (known) return known;
    const fields = [...this.#fields].filter(([, demands]) => demands.some((index) => !isMet[index])).map(([field]) => field);
    const denied = { key, fields: new Set(fields) };
    this.#outcomes.set(key, denied);
    return denied;
  }

  #read(directives: readonly DirectiveNode[] | undefined, names: ReadonlyMap<string, Feature>): number[] {
    return (directives ?? []).flatMap((directive) => {
      const feature = names.get(directive.name.value);
      return feature ? [this.#demands.push(demandOf(feature, directive)) - 1] : [];
    });
  }
}

function demandOf(feature: Feature, directive: DirectiveNode): Demand {
  if (feature === 'authenticated') return (access) => access.isAuthenticated;
  const alternatives = listsOf(directive);
  const shown = (access: Access) => (feature === 'policy' ? access.policies : access.scopes);
  return (access) => alternatives.some((all) => all.every((name) => shown(access).has(name)));
}

/** Any of the lists, all of its names. */
function listsOf({ arguments: args }: DirectiveNode): string[][] {
  const outer = args?.[0]?.value;
  return (outer?.kind === Kind.LIST ? outer.values : []).map((inner) =>
    (inner.kind === Kind.LIST ? inner.values : [inner]).flatMap((value) => (value.kind === Kind.STRING ? [value.value] : [])),
  );
}

/** How the directives are called in this supergraph: `@link(url:, as:)` may give them another name. */
function namesOf(document: DocumentNode): Map<string, Feature> {
  const names = new Map<string, Feature>(FEATURES.map((feature) => [feature, feature]));
  for (const node of document.definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const { arguments: args } of node.directives ?? []) {
      const text = (name: string) => {
        const value = args?.find((each) => each.name.value === name)?.value;
        return value?.kind === Kind.STRING ? value.value : undefined;
      };
      const feature = FEATURES.find((each) => text('url')?.includes(`/${each}/v`));
      const name = text('as');
      if (feature && name !== undefined) names.set(name, feature);
    }
  }
  return names;
}

const nameOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type));

/** What is left of a validated document without what is denied, and the places taken out. */
export interface Allowed {
  document: DocumentNode;
  takenOut: ReadonlySet<FieldNode>;
}

/** Takes the denied fields out of a document. */
export function allowedOf(document: DocumentNode, schema: GraphQLSchema, { fields }: Denied): Allowed {
  const takenOut = new Set<FieldNode>();
  if (fields.size === 0) return { document, takenOut };
  const types = new TypeInfo(schema);
  const allowed = visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const parent = types.getParentType();
        if (!parent || !fields.has(`${getNamedType(parent).name}.${node.name.value}`)) return undefined;
        takenOut.add(node);
        return null;
      },
      SelectionSet: {
        leave: (node) =>
          node.selections.length > 0
            ? undefined
            : { ...node, selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }] },
      },
    }),
  );
  return { document: allowed, takenOut };
}
