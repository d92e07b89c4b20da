import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ScalarTypeDefinitionNode,
  type TypeNode,
  type UnionTypeDefinitionNode,
} from 'graphql';
import { AUDIENCES } from './tag.ts';

type NamedDefinition =
  | ObjectTypeDefinitionNode
  | InputObjectTypeDefinitionNode
  | EnumTypeDefinitionNode
  | ScalarTypeDefinitionNode
  | UnionTypeDefinitionNode;
type Tags = ReadonlySet<string>;
interface Directed {
  readonly directives?: readonly ConstDirectiveNode[];
}

const NONE: Tags = new Set();
const order = new Map<string, number>(AUDIENCES.map((audience, i) => [audience, i]));

const isTag = (directive: ConstDirectiveNode): boolean => directive.name.value === 'tag';

/** The names of the `@tag`s written on a node. */
export function tagsOf(node: Directed): Tags {
  const names = new Set<string>();
  for (const directive of node.directives ?? []) {
    const value = isTag(directive) ? directive.arguments?.[0]?.value : undefined;
    if (value?.kind === Kind.STRING) names.add(value.value);
  }
  return names;
}

/** The name at the heart of a type: `Area` of `[Area!]!`. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/** A value type of common.graphql: shared by all subgraphs and nobody's entity. */
export const isValueType = (definition: ObjectTypeDefinitionNode): boolean =>
  definition.directives?.some((directive) => directive.name.value === 'shareable') === true;

/**
 * Finishes the tags of a subgraph's document as the contract composer needs them (design §3), because the composer takes a type's tag for all its
 * fields and refuses an inaccessible required argument, and because type-graphql writes no directives on enums and field resolvers' arguments:
 * 1. a type's tags go down to its fields that have none of their own, and off the type;
 * 2. a field's tags go to its arguments, to the inputs (through and through), enums, scalars and unions it uses, and to the value types it returns;
 * 3. the tags of a union go to `id` of every member.
 */
export function finishTags(document: DocumentNode): DocumentNode {
  const spread = new Spread(document);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION && !isValueType(definition)) spread.startFrom(definition);
  }
  return { ...document, definitions: document.definitions.map((definition) => spread.write(definition)) };
}

/** Tags on their way through a document: what every field and type has got so far. */
class Spread {
  private readonly definitions = new Map<string, NamedDefinition>();
  private readonly types = new Map<string, Set<string>>();
  private readonly fields = new Map<FieldDefinitionNode, Set<string>>();

  constructor(document: DocumentNode) {
    for (const definition of document.definitions) {
      if (isNamed(definition)) this.definitions.set(definition.name.value, definition);
    }
  }

  /** Rule 1, then whatever follows from each field. */
  startFrom(definition: ObjectTypeDefinitionNode): void {
    const inherited = tagsOf(definition);
    for (const field of definition.fields ?? []) {
      const own = tagsOf(field);
      this.toField(field, own.size > 0 ? own : inherited);
    }
  }

  private toField(field: FieldDefinitionNode, tags: Tags): void {
    const fresh = added(this.fields, field, tags);
    if (fresh.size === 0) return;
    for (const argument of field.arguments ?? []) this.toType(namedType(argument.type), fresh);
    this.toType(namedType(field.type), fresh);
  }

  private toType(name: string, tags: Tags): void {
    const definition = this.definitions.get(name);
    if (!definition) return;
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION && !isValueType(definition)) return;
    const fresh = added(this.types, name, tags);
    if (fresh.size === 0) return;
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
      for (const field of definition.fields ?? []) this.toType(namedType(field.type), fresh);
    } else if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
      for (const field of definition.fields ?? []) this.toType(namedType(field.type), fresh);
    } else if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const member of definition.types ?? []) this.toMember(member.name.value, fresh);
    }
  }

  private toMember(name: string, tags: Tags): void {
    const member = this.definitions.get(name);
    if (member?.kind !== Kind.OBJECT_TYPE_DEFINITION) return;
    if (isValueType(member)) {
      this.toType(name, tags);
      return;
    }
    const id = member.fields?.find((field) => field.name.value === 'id');
    if (id) this.toField(id, tags);
  }

  /** The definition with its finished tags. */
  write(definition: DefinitionNode): DefinitionNode {
    if (!isNamed(definition)) return definition;
    const tags = this.types.get(definition.name.value) ?? NONE;
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION || isValueType(definition)) return withTags(definition, tags);
    const fields = definition.fields?.map((field) => {
      const own = this.fields.get(field) ?? NONE;
      return { ...withTags(field, own), arguments: field.arguments?.map((argument) => withTags(argument, own)) };
    });
    return { ...withTags(definition, NONE), fields };
  }
}

function isNamed(definition: DefinitionNode): definition is NamedDefinition {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
    case Kind.ENUM_TYPE_DEFINITION:
    case Kind.SCALAR_TYPE_DEFINITION:
    case Kind.UNION_TYPE_DEFINITION:
      return true;
    default:
      return false;
  }
}

/** Adds tags under a key and says which were new there. */
function added<K>(known: Map<K, Set<string>>, key: K, tags: Tags): Tags {
  const before = known.get(key) ?? new Set();
  const fresh = new Set([...tags].filter((tag) => !before.has(tag)));
  known.set(key, new Set([...before, ...fresh]));
  return fresh;
}

/** The node with these tags instead of its own, after its other directives, in a fixed order. */
function withTags<N extends Directed>(node: N, tags: Tags): N {
  const others = (node.directives ?? []).filter((directive) => !isTag(directive));
  const sorted = [...tags].sort((a, b) => (order.get(a) ?? AUDIENCES.length) - (order.get(b) ?? AUDIENCES.length) || a.localeCompare(b));
  return { ...node, directives: [...others, ...sorted.map(tagNode)] };
}

function tagNode(name: string): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'tag' },
    arguments: [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'name' }, value: { kind: Kind.STRING, value: name } }],
  };
}
