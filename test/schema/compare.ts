import {
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  print,
} from 'graphql';
import { finish } from '../../subgraphs/shared/src/federate.ts';

/** One place where our schema is not as the contract says. */
export interface Difference {
  /** `Type`, `Type.field`, `Type.field(argument:)`, `Enum.VALUE`, `Union.Member`. */
  coordinate: string;
  what: string;
}

/**
 * Where what we print differs from the contract: names, types, nullability, arguments, defaults, directives and tags. What we do not have yet is
 * taken out of the contract first, and the tags are then finished by the function that finishes ours, so that a tag that came from a field still to be
 * built is not missed.
 *
 * @param ours a subgraph's printed schema
 * @param written the contract as written: common.graphql and the subgraph's file, not finished
 */
export function differences(ours: DocumentNode, written: DocumentNode): Difference[] {
  const here = signatures(ours);
  const there = signatures(finish(restrict(written, new Set(here.keys()))));
  const found: Difference[] = [];
  for (const [coordinate, signature] of here) {
    const expected = there.get(coordinate);
    if (expected === undefined) found.push({ coordinate, what: 'is not in the contract' });
    else if (expected !== signature) found.push({ coordinate, what: `is \`${signature}\`, in the contract \`${expected}\`` });
  }
  for (const coordinate of there.keys()) if (!here.has(coordinate)) found.push({ coordinate, what: 'is missing here' });
  return found;
}

/** The contract without the types, fields, values and members that we do not have; arguments all stay. */
function restrict(document: DocumentNode, known: ReadonlySet<string>): DocumentNode {
  const definitions = document.definitions.flatMap((node): DefinitionNode[] => {
    if (!('name' in node) || node.name === undefined || !known.has(node.name.value)) return [];
    const type = node.name.value;
    const isKnown = (part: { name: { value: string } }): boolean => known.has(`${type}.${part.name.value}`);
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
        return [{ ...node, fields: node.fields?.filter(isKnown) }];
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return [{ ...node, fields: node.fields?.filter(isKnown) }];
      case Kind.ENUM_TYPE_DEFINITION:
        return [{ ...node, values: node.values?.filter(isKnown) }];
      case Kind.UNION_TYPE_DEFINITION:
        return [{ ...node, types: node.types?.filter(isKnown) }];
      default:
        return [node];
    }
  });
  return { ...document, definitions };
}

/** Every part of a document under its coordinate, with all that must be equal in one text. */
function signatures(document: DocumentNode): Map<string, string> {
  const found = new Map<string, string>();
  for (const node of document.definitions) {
    if (!('name' in node) || node.name === undefined) continue;
    const type = node.name.value;
    found.set(type, [node.kind.replace('TypeDefinition', ''), ...directives(node)].join(' '));
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
        for (const field of node.fields ?? []) addField(found, `${type}.${field.name.value}`, field);
        break;
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        for (const field of node.fields ?? []) found.set(`${type}.${field.name.value}`, input(field));
        break;
      case Kind.ENUM_TYPE_DEFINITION:
        for (const value of node.values ?? []) found.set(`${type}.${value.name.value}`, directives(value).join(' '));
        break;
      case Kind.UNION_TYPE_DEFINITION:
        for (const member of node.types ?? []) found.set(`${type}.${member.name.value}`, '');
        break;
    }
  }
  return found;
}

function addField(found: Map<string, string>, coordinate: string, field: FieldDefinitionNode): void {
  found.set(coordinate, [print(field.type), ...directives(field)].join(' '));
  for (const argument of field.arguments ?? []) found.set(`${coordinate}(${argument.name.value}:)`, input(argument));
}

const input = (node: InputValueDefinitionNode): string =>
  [print(node.type), node.defaultValue ? `= ${print(node.defaultValue)}` : '', ...directives(node)].filter((part) => part !== '').join(' ');

/** What a field costs is ours to say; the contract is silent on it. */
const COSTS = ['cost', 'listSize'];

const directives = (node: { directives?: readonly DirectiveNode[] }): string[] =>
  (node.directives ?? [])
    .filter(({ name }) => !COSTS.includes(name.value))
    .map((directive) => print(directive).replace(/\s+/g, ' '))
    .sort();

/**
 * The differences that ARCHITECTURE.md gives a reason for, from its fenced block `contract`, a line each: `Type.field: reason`. Stands for the field
 * with its arguments, or for the type's own line.
 */
export function exceptionsIn(markdown: string): Map<string, string> {
  const block = /^```contract\n([\s\S]*?)^```/m.exec(markdown)?.[1] ?? '';
  const lines = block.split('\n').filter((line) => line.trim() !== '');
  return new Map(
    lines.map((line) => {
      const match = /^([A-Za-z]\w*(?:\.\w+)?):\s+(\S.*)$/.exec(line);
      if (!match) throw new Error(`ARCHITECTURE.md: \`${line}\` is not \`Type.field: reason\``);
      return [match[1] ?? '', match[2] ?? ''];
    }),
  );
}

/** Differences without a reason, and reasons without a difference. */
export function unexplained(found: readonly Difference[], exceptions: ReadonlyMap<string, string>): string[] {
  const used = new Set<string>();
  const open = found.filter(({ coordinate }) => {
    const place = coordinate.replace(/\(.*$/, '');
    if (!exceptions.has(place)) return true;
    used.add(place);
    return false;
  });
  const idle = [...exceptions.keys()].filter((place) => !used.has(place));
  return [
    ...open.map(({ coordinate, what }) => `${coordinate} ${what}`),
    ...idle.map((place) => `${place} has a reason in ARCHITECTURE.md, but differs no more`),
  ];
}
