/** Every input of every mutation of the graph, found by looking at the schema; and inputs that are right but for the one that is tried. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildASTSchema,
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

/** One input: `SubmitReportInput.reporter.phone` of `submitReport`. */
export interface Leaf {
  mutation: string;
  /** Names of the fields below `input`; a list's item is its first. */
  path: readonly string[];
  /** Type of the value: a scalar or an enum. */
  type: string;
  isEnum: boolean;
}

const schema = buildASTSchema(parse(readFileSync(join(checkout, 'schema', 'supergraph.graphql'), 'utf8')), { assumeValidSDL: true });
const bare = (type: GraphQLInputType): GraphQLInputType => (isNonNullType(type) || isListType(type) ? bare(type.ofType) : type);
const hasList = (type: GraphQLInputType): boolean => isListType(type) || (isNonNullType(type) && hasList(type.ofType));

const inputOf = (mutation: string): GraphQLInputObjectType =>
  bare(
    schema
      .getMutationType()
      ?.getFields()
      [mutation]?.args.find(({ name }) => name === 'input')?.type as GraphQLInputType,
  ) as GraphQLInputObjectType;

/** Name of the input type of a mutation. */
export const inputTypeOf = (mutation: string): string => inputOf(mutation).name;

/** Names of the mutations that the graph has. */
export const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});

/** Every input of a mutation, through inputs within inputs. */
export function leavesOf(mutation: string): Leaf[] {
  const below = (type: GraphQLInputObjectType, path: readonly string[]): Leaf[] =>
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
  const make = (type: GraphQLInputObjectType): Input =>
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
  const set = (type: GraphQLInputObjectType, into: Input, [name = '', ...rest]: readonly string[]): Input => {
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
