/**
 * A second view of the supergraph in which every entity is reachable at the root. The planner cannot plan some valid questions (a
 * requirement behind a hop there and back); from an anchored root it can plan their parts. The anchors are a subgraph that does not
 * exist: what it "answers" is already in the response when such a part runs.
 */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type StringValueNode,
} from 'graphql';

/** Name of the subgraph of anchors. */
export const ANCHORS = '_hub';
const GRAPH = '_HUB';

/** Root field that stands for an entity in a part's operation. */
export const anchorField = (typeName: string): string => `_hub_${typeName}`;

export interface Anchored {
  sdl: string;
  /** Entity type → the field that is its key. */
  keys: ReadonlyMap<string, string>;
  /** Fields that need another department's fields, `Type.field`. */
  requiring: ReadonlySet<string>;
}

/** Adds the anchors to a supergraph. */
export function anchored(sdl: string): Anchored {
  const document = parse(sdl, { noLocation: true });
  const keys = new Map<string, string>();
  const requiring = new Set<string>();
  const queryType = queryTypeOf(document);
  for (const node of document.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const key = simpleKeyOf(node);
    if (key) keys.set(node.name.value, key);
    for (const field of node.fields ?? [])
      if (field.directives?.some((directive) => argument(directive, 'requires'))) requiring.add(`${node.name.value}.${field.name.value}`);
  }
  const definitions = document.definitions.map((node) => {
    if (node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph') {
      const value = {
        kind: Kind.ENUM_VALUE_DEFINITION,
        name: nameOf(GRAPH),
        directives: directives(`@join__graph(name: "${ANCHORS}", url: "")`),
      } as const;
      return { ...node, values: [...(node.values ?? []), value] };
    }
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return node;
    if (node.name.value === queryType) return withAnchors(node, [...keys.keys()]);
    const key = keys.get(node.name.value);
    return key ? anchoredEntity(node, key) : node;
  });
  return { sdl: print({ ...document, definitions }), keys, requiring };
}

function queryTypeOf({ definitions }: DocumentNode): string {
  const schema = definitions.find((node) => node.kind === Kind.SCHEMA_DEFINITION);
  return schema?.operationTypes.find((each) => each.operation === 'query')?.type.name.value ?? 'Query';
}

function anchoredEntity(node: ObjectTypeDefinitionNode, key: string): ObjectTypeDefinitionNode {
  const graphs = graphsOf(node);
  return {
    ...node,
    directives: [...(node.directives ?? []), ...directives(`@join__type(graph: ${GRAPH}, key: "${key}", resolvable: false)`)],
    fields: node.fields?.map((field) => owned(field, field.name.value === key ? [...graphs, GRAPH] : graphs, field.name.value === key)),
  };
}

function withAnchors(node: ObjectTypeDefinitionNode, types: readonly string[]): ObjectTypeDefinitionNode {
  const graphs = graphsOf(node);
  const anchors = parse(`type Q { ${types.map((type) => `${anchorField(type)}: ${type} @join__field(graph: ${GRAPH})`).join(' ')} }`, {
    noLocation: true,
  });
  const [type] = anchors.definitions as ObjectTypeDefinitionNode[];
  return {
    ...node,
    directives: [...(node.directives ?? []), ...directives(`@join__type(graph: ${GRAPH})`)],
    fields: [...(node.fields ?? []).map((field) => owned(field, graphs, false)), ...(type?.fields ?? [])],
  };
}

/** A field without an owner belongs to every graph of its type; now that there is one more, the old ones are named. */
function owned(field: FieldDefinitionNode, graphs: readonly string[], isKey: boolean): FieldDefinitionNode {
  const known = field.directives?.some((directive) => directive.name.value === 'join__field');
  if (known && !isKey) return field;
  const added = known ? [GRAPH] : graphs;
  return { ...field, directives: [...(field.directives ?? []), ...added.flatMap((graph) => directives(`@join__field(graph: ${graph})`))] };
}

function graphsOf(node: ObjectTypeDefinitionNode): string[] {
  const named = (node.directives ?? []).filter((directive) => directive.name.value === 'join__type');
  return [
    ...new Set(
      named.flatMap((d) => d.arguments?.filter((a) => a.name.value === 'graph').map((a) => (a.value as { value: string }).value) ?? []),
    ),
  ];
}

/** The first key of one plain field. */
function simpleKeyOf(node: ObjectTypeDefinitionNode): string | undefined {
  const keys = (node.directives ?? []).filter((d) => d.name.value === 'join__type').map((d) => argument(d, 'key'));
  return keys.find((key) => key !== undefined && /^\w+$/.test(key));
}

function argument(directive: ConstDirectiveNode, name: string): string | undefined {
  if (!directive.name.value.startsWith('join__')) return undefined;
  return (directive.arguments?.find((each) => each.name.value === name)?.value as StringValueNode | undefined)?.value;
}

const nameOf = (value: string) => ({ kind: Kind.NAME, value }) as const;

function directives(text: string): ConstDirectiveNode[] {
  const [type] = parse(`scalar S ${text}`, { noLocation: true }).definitions;
  return type && 'directives' in type ? ([...(type.directives ?? [])] as ConstDirectiveNode[]) : [];
}
