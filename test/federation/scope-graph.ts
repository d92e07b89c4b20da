/** The composed graph as a generator of questions: every field of a variant, asked with what the demo district holds. */
import { readFileSync } from 'node:fs';
import {
  buildASTSchema,
  type ConstDirectiveNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isUnionType,
  parse,
} from 'graphql';

/** The graph of a printed schema, directives kept. */
export const readGraph = (file: string): GraphQLSchema => buildASTSchema(parse(readFileSync(file, 'utf8')), { assumeValidSDL: true });

type Field = GraphQLField<unknown, unknown>;
type Variant = 'public' | 'department';

const directives = (node: { readonly directives?: readonly ConstDirectiveNode[] } | null | undefined, name: string) =>
  (node?.directives ?? []).filter((directive) => directive.name.value === name);

/** Is the field in the variant's contract? Tags stand on fields (`finish-tags.ts`). */
export const isIn = (variant: Variant, field: Field): boolean =>
  directives(field.astNode, 'tag').some(({ arguments: [name] = [] }) => name?.value.kind === 'StringValue' && name.value.value === variant);

/** Value types of `common.graphql` take the tags of the fields that return them; two tags are enough to know a field by. */
const hasTags = (field: Field): boolean => directives(field.astNode, 'tag').length > 0;

/** Values to ask with, as GraphQL literals: of an argument's scalar or input type, or of the name of what an id is of. */
export interface Values {
  /** Literals of ids of objects in the other street, by type (`Facility`), and of codes, by scalar (`AreaCode`). */
  ids: Readonly<Record<string, readonly string[]>>;
  /** Literals by argument or input field name where the type does not tell (`caseNo`, `receiptNo`, `period`). */
  named: Readonly<Record<string, readonly string[]>>;
}

/** Which type an id argument names: `caseId` a Case, `ownerId` an Organization; `id` what the field returns. */
const ID_OF: Record<string, string> = {
  ownerId: 'Organization',
  operatorId: 'Organization',
  recorderId: 'Organization',
  organizerId: 'Organization',
  categoryId: 'CaseCategory',
  parentId: 'Organization',
  servesCompoundId: 'Compound',
};
const typeOfId = (name: string): string => ID_OF[name] ?? `${name[0]?.toUpperCase()}${name.slice(1, -2)}`;

/** Literals for an argument or a field of a filter; empty where there are none. */
function literalsOf(name: string, type: GraphQLInputType, returned: string, values: Values): readonly string[] {
  const own = values.named[name];
  if (own) return own;
  const scalar = getNamedType(type).name;
  if (scalar !== 'ID') return values.ids[scalar] ?? [];
  return values.ids[name === 'id' ? returned : typeOfId(name)] ?? [];
}

/** One filter for each of its fields that names a place or an object in one, and an empty one where nothing is required. */
function filtersOf(type: GraphQLInputType, returned: string, values: Values): string[] {
  const input = getNamedType(type);
  if (!isInputObjectType(input)) return [];
  const fields = Object.values(input.getFields());
  const narrowed = fields
    .filter(({ name }) => name !== 'from')
    .flatMap((field) => literalsOf(field.name, field.type, returned, values).map((text) => `{ ${field.name}: ${text} }`));
  return fields.some((field) => isNonNullType(field.type)) ? narrowed : ['{}', ...narrowed];
}

const namedTypeOf = (type: GraphQLOutputType): string => getNamedType(type).name;

/** What is listed: `CaseConnection` lists a Case. */
const listedBy = (type: GraphQLOutputType): string => namedTypeOf(type).replace(/Connection$/, '');

/**
 * Argument texts with which a field is asked: each required argument, or each key of an object, with each of its values.
 * @throws Error for a required argument that nobody gave a value for.
 */
export function argumentsOf(field: Field, values: Values): string[] {
  const page = field.args.some(({ name }) => name === 'first') ? ', first: 3' : '';
  const filter = field.args.find(({ name }) => name === 'filter');
  if (filter) return filtersOf(filter.type, listedBy(field.type), values).map((text) => `(filter: ${text}${page})`);
  const required = field.args.filter((argument) => isNonNullType(argument.type) && argument.defaultValue === undefined);
  const text = (argument: GraphQLArgument): string => {
    const [literal] = literalsOf(argument.name, argument.type, listedBy(field.type), values);
    if (!literal) throw new Error(`${field.name}(${argument.name}: ${argument.type}) has no value in the demo district to ask with`);
    return `${argument.name}: ${literal}`;
  };
  if (required.length === 1 && required[0])
    return literalsOf(required[0].name, required[0].type, listedBy(field.type), values).length === 0
      ? [text(required[0])]
      : literalsOf(required[0].name, required[0].type, listedBy(field.type), values).map(
          (each) => `(${required[0]?.name}: ${each}${page})`,
        );
  if (required.length > 1) return [`(${required.map(text).join(', ')}${page})`];
  const keys = field.args.filter(({ name }) => name === 'id' || name === 'code' || name === 'uscc');
  const byKey = keys.flatMap((key) =>
    literalsOf(key.name, key.type, namedTypeOf(field.type), values).map((each) => `(${key.name}: ${each})`),
  );
  if (byKey.length > 0) return byKey;
  return [page === '' ? '' : '(first: 3)'];
}

const isEntityLike = (schema: GraphQLSchema, name: string): boolean => {
  const type = schema.getType(name);
  return isObjectType(type) && 'id' in type.getFields();
};

/**
 * All fields of a type that the variant has, and of the objects they lead to: their own fields to `depth` objects, beyond that who they are.
 * @param isAsked fields that are left out, beside those of other variants.
 */
export function selectionOf(
  schema: GraphQLSchema,
  name: string,
  variant: Variant,
  values: Values,
  depth: number,
  isAsked: (field: Field, of: string) => boolean = () => true,
  level = 0,
): string {
  const type = schema.getType(name);
  if (isUnionType(type)) return '{ __typename }';
  if (!isObjectType(type)) throw new Error(`${name} is no object`);
  const parts = Object.values(type.getFields()).flatMap((field) => {
    if ((hasTags(field) && !isIn(variant, field)) || field.name === 'pageInfo' || !isAsked(field, name)) return [];
    const [args = ''] = field.args.length === 0 ? [''] : argumentsOf(field, values);
    if (isLeafType(getNamedType(field.type))) return [`${field.name}${args}`];
    const child = namedTypeOf(field.type);
    const isEntity = isEntityLike(schema, child);
    if (level >= 6) return [];
    const isListed = level === 0 && field.name === 'nodes';
    if (isEntity && !isListed && depth === 0) return [`${field.name}${args} { __typename id }`];
    const below = selectionOf(
      schema,
      child,
      variant,
      values,
      isEntity && !isListed ? depth - 1 : depth,
      isListed ? isAsked : () => true,
      level + 1,
    );
    return below === '{ __typename }' && !isUnionType(schema.getType(child)) ? [] : [`${field.name}${args} ${below}`];
  });
  return `{ __typename ${parts.join(' ')} }`;
}

/** Root fields of a variant. */
export const rootFields = (schema: GraphQLSchema, variant: Variant): Field[] =>
  Object.values(schema.getQueryType()?.getFields() ?? {}).filter((field) => isIn(variant, field));

const CHUNK = 4;

/**
 * Documents that together ask one root field for all that the variant has: what an object says of itself and who it leads to; and where `isDeep`
 * also what is said there of those, a few fields at a time. None where the variant does not have the field.
 */
export function documentsOf(
  schema: GraphQLSchema,
  field: Field,
  args: string,
  variant: Variant,
  values: Values,
  isDeep: boolean,
): string[] {
  if (!isIn(variant, field)) return [];
  if (isLeafType(getNamedType(field.type))) return [`{ ${field.name}${args} }`];
  const type = namedTypeOf(field.type);
  const shallow = `{ ${field.name}${args} ${selectionOf(schema, type, variant, values, 0)} }`;
  const listed = schema.getType(listedBy(field.type));
  if (!isDeep || !isObjectType(listed)) return [shallow];
  // The same chunks in every variant: what a variant does not have is left out of them.
  const leading = Object.values(listed.getFields()).filter((each) => isEntityLike(schema, listedBy(each.type)));
  const chunks = Array.from({ length: Math.ceil(leading.length / CHUNK) }, (_, n) => leading.slice(n * CHUNK, (n + 1) * CHUNK));
  return [
    shallow,
    ...chunks.map((chunk) => {
      const isAsked = (each: Field, of: string) => of !== listed.name || each.name === 'id' || chunk.includes(each);
      return `{ ${field.name}${args} ${selectionOf(schema, type, variant, values, 1, isAsked)} }`;
    }),
  ];
}

/** Entities of a subgraph: types with a key that is `id`, and which of their fields it answers itself. */
export const entitiesOf = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type))
    .filter((type) => directives(type.astNode, 'key').length > 0 && 'id' in type.getFields());
export const isOwnField = (field: Field): boolean => directives(field.astNode, 'external').length === 0;
