/** Every input of every mutation and question of the graph, found by looking at the schema; and inputs that are right but for the one that is tried. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildASTSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  parse,
} from 'graphql';
import { checkout } from '../../local/folder.ts';

export type Input = Record<string, unknown>;

/** One input: `reporter.phone` of `submitReport`. */
export interface Leaf {
  /** Name of the mutation, or of the question. */
  mutation: string;
  /** Names of the fields below `input`; a list's item is its first. */
  path: readonly string[];
  /** Type of the value: a scalar or an enum. */
  type: string;
  isEnum: boolean;
}

/** `submitReport.reporter.phone`. */
export const nameOf = ({ mutation, path }: Pick<Leaf, 'mutation' | 'path'>): string => [mutation, ...path].join('.');

const schema = buildASTSchema(parse(readFileSync(join(checkout, 'schema', 'supergraph.graphql'), 'utf8')), { assumeValidSDL: true });
const bare = (type: GraphQLInputType): GraphQLInputType => (isNonNullType(type) || isListType(type) ? bare(type.ofType) : type);
const hasList = (type: GraphQLInputType): boolean => isListType(type) || (isNonNullType(type) && hasList(type.ofType));

/** What holds inputs: an input object, or a question with its arguments. */
type Holder = Pick<GraphQLInputObjectType, 'getFields'>;

const argumentsOf = (field: GraphQLField<unknown, unknown> | undefined): Record<string, GraphQLArgument> =>
  Object.fromEntries((field?.args ?? []).map((argument) => [argument.name, argument]));
const questionNamed = (name: string) => schema.getQueryType()?.getFields()[name];
const inputTypeNamed = (mutation: string): GraphQLInputObjectType =>
  bare(argumentsOf(schema.getMutationType()?.getFields()[mutation]).input?.type as GraphQLInputType) as GraphQLInputObjectType;

const inputOf = (name: string): Holder => {
  const question = questionNamed(name);
  return question ? ({ getFields: () => argumentsOf(question) } as Holder) : inputTypeNamed(name);
};

/** Name of the input type of a mutation. */
export const inputTypeOf = (mutation: string): string => inputTypeNamed(mutation).name;

/** Names of the mutations that the graph has. */
export const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});

/** Names of the questions that the graph answers. */
export const questions = Object.keys(schema.getQueryType()?.getFields() ?? {});

/** A question by name that takes its arguments as variables of their names. @param given those that it takes */
export function documentOf(question: string, given: readonly string[]): string {
  const field = questionNamed(question);
  const taken = Object.values(argumentsOf(field)).filter(({ name }) => given.includes(name));
  const [declared, passed] = [taken.map(({ name, type }) => `$${name}: ${type}`), taken.map(({ name }) => `${name}: $${name}`)];
  const list = (texts: readonly string[]): string => (texts.length > 0 ? `(${texts.join(', ')})` : '');
  return `query ${list(declared)} { ${question}${list(passed)} { __typename } }`;
}

/** Every input of a mutation or question, through inputs within inputs. */
export function leavesOf(mutation: string): Leaf[] {
  const below = (type: Holder, path: readonly string[]): Leaf[] =>
    Object.values(type.getFields()).flatMap((field) => {
      const value = bare(field.type);
      const own = [...path, field.name];
      if (isInputObjectType(value)) return path.length > 4 ? [] : below(value, own);
      return [{ mutation, path: own, type: (value as { name: string }).name, isEnum: isEnumType(value) }];
    });
  return below(inputOf(mutation), []);
}

/** An input with every required field and what is known, made of what is known by a field's name, or else by its type. */
export function usualInput(mutation: string, known: Input): Input {
  const make = (type: Holder): Input =>
    Object.fromEntries(
      Object.values(type.getFields())
        .filter((field) => isNonNullType(field.type) || field.name in known)
        .map((field) => {
          const value = known[field.name] ?? usualValue(bare(field.type));
          return [field.name, hasList(field.type) && !Array.isArray(value) ? [value] : value];
        }),
    );
  const usualValue = (type: GraphQLInputType): unknown => {
    if (isInputObjectType(type)) return make(type);
    if (isEnumType(type)) return type.getValues()[0]?.name;
    return USUAL[(type as { name: string }).name] ?? '普通文字';
  };
  return make(inputOf(mutation));
}
const USUAL: Input = { Int: 1, Float: 1, Boolean: false, Date: '2026-11-24', DateTime: '2026-11-24T10:00:00+08:00', Decimal: '10.00' };

/** The input with another value at one place; what is on the way there is made, a list has one item. */
export function withValue(input: Input, { mutation, path }: Leaf, value: unknown, known: Input): Input {
  const set = (type: Holder, into: Input, [name = '', ...rest]: readonly string[]): Input => {
    const field = type.getFields()[name];
    if (!field) throw new Error(`${mutation} has no input ${path.join('.')}`);
    const isList = hasList(field.type);
    const below = bare(field.type);
    let own = value;
    if (rest.length > 0 && isInputObjectType(below)) {
      const before = isList ? (into[name] as Input[] | undefined)?.[0] : (into[name] as Input | undefined);
      own = set(below, before ?? usualOf(below, known), rest);
    }
    return { ...into, [name]: isList ? [own] : own };
  };
  return set(inputOf(mutation), input, path);
}

function usualOf(type: GraphQLInputObjectType, known: Input): Input {
  return Object.fromEntries(
    Object.values(type.getFields())
      .filter((field) => isNonNullType(field.type) && !isInputObjectType(bare(field.type)))
      .map((field) => {
        const below = bare(field.type);
        const value =
          known[field.name] ?? (isEnumType(below) ? below.getValues()[0]?.name : USUAL[(below as { name: string }).name]) ?? '普通文字';
        return [field.name, hasList(field.type) ? [value] : value];
      }),
  );
}
