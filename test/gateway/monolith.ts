/** The same world as one schema without federation, to hold the gateway's answers against, and questions to ask both. */
import fc from 'fast-check';
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { readSupergraph } from '../../gateway/src/supergraph.ts';
import { AREAS, composed, DEPARTMENTS } from './world.ts';

/** Entities are looked up by their owner first, as the departments' stubs are. */
const OWNERS: Record<string, string> = {
  Area: 'organization',
  Organization: 'organization',
  Activity: 'volunteers',
  Facility: 'facilities',
};

export function monolith(): GraphQLSchema {
  const schema = readSupergraph(composed()).publicSchema;
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = (value: { __typename?: string }) => value.__typename;
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) field.resolve = resolverOf(type.name, field.name) as never;
  }
  return schema;
}

function resolverOf(type: string, field: string) {
  const own = DEPARTMENTS.map((department) => department.resolvers[type]?.[field]).find((resolver) => resolver !== undefined);
  const owner = DEPARTMENTS.find((department) => department.name === OWNERS[type]);
  return (source: object, args: never, context: never, info: never) => {
    const whole = owner
      ? { ...(owner.resolvers[type]!.__resolveReference!(source as never, args, context, info) as object), ...source }
      : source;
    const required = type === 'Area' ? { ...whole, membership: membership(whole as { id: string }) } : whole;
    return own ? own(required as never, args, context, info) : defaultFieldResolver(whole, args, context, info);
  };
}

const membership = ({ id }: { id: string }) =>
  AREAS.filter((area) => area.kind === 'COMMUNITY' && [area.id, 'ar_s', 'ar_d'].includes(id)).map((area) => ({ communityId: area.id }));

/** Literal arguments that mean something in this world. */
const ARGUMENTS: Record<string, string[]> = {
  'Query.area': ['(id: "ar_c1")', '(code: "410305001000")', '(id: "ar_d")', '(id: "none")'],
  'Query.areas': ['', '(kind: COMMUNITY)', '(kind: STREET)'],
  'Query.found': ['(text: "社")', '(text: "一")', '(text: "无")'],
  'Query.activities': ['', '(first: 2)', '(first: $n)'],
  'Query.activity': ['(id: "ac_1")', '(id: "none")'],
  'Query.facility': ['(id: "fa_1")'],
  'Area.volunteerSummary': ['', '(label: "甲")', '(label: $l)'],
  'Area.activities': ['', '(first: 1)'],
  'Area.standard': ['', '(factor: 3)', '(factor: $n)'],
};
/** Fields whose answers are errors. */
const LEFT_OUT = new Set(['Query.refused', 'Query.refusedList', 'Query.ledger', 'Activity.refusal']);
/** Names that are keys, requirements or other fields as well. */
const ALIASES = ['id', 'code', 'name', 'kind', 'x', 'membership', 'hours', 'title', '_e0', 'representations', 'f0_id'];
const CONDITIONS = ['', '', '', '', ' @include(if: $yes)', ' @skip(if: $yes)', ' @include(if: $no)', ' @skip(if: $no)'];

type Field = GraphQLField<unknown, unknown>;

/** Operations over the schema; a few are invalid (fields that conflict) and must be left out. */
export function questions(schema: GraphQLSchema): fc.Arbitrary<string> {
  const pick = (count: number) => fc.integer({ min: 0, max: count - 1 });
  const selection = (typeName: string, depth: number): fc.Arbitrary<string> => {
    const type = schema.getType(typeName);
    const parts: fc.Arbitrary<string>[] = [fc.constant('__typename'), fc.constantFrom(...ALIASES).map((alias) => `${alias}: __typename`)];
    if (isObjectType(type) || isInterfaceType(type))
      for (const field of Object.values(type.getFields()))
        if (!LEFT_OUT.has(`${typeName}.${field.name}`)) parts.push(fieldOf(typeName, field, depth));
    if (isUnionType(type) || isInterfaceType(type))
      for (const member of schema.getPossibleTypes(type)) parts.push(inFragment(member.name, depth));
    else parts.push(inFragment(typeName, depth));
    return fc
      .array(
        pick(parts.length).chain((i) => parts[i]!),
        { minLength: 1, maxLength: 5 },
      )
      .map((fields) => `{ ${fields.join(' ')} }`);
  };
  const lazily = (typeName: string, depth: number) => fc.constant(null).chain(() => selection(typeName, depth));
  const inFragment = (typeName: string, depth: number): fc.Arbitrary<string> =>
    depth <= 0
      ? fc.constant('__typename')
      : fc
          .tuple(fc.constantFrom(...CONDITIONS), lazily(typeName, depth - 1))
          .map(([condition, inner]) => `... on ${typeName}${condition} ${inner}`);
  const fieldOf = (typeName: string, field: Field, depth: number): fc.Arbitrary<string> => {
    const composite = isCompositeType(getNamedType(field.type));
    if (composite && depth <= 0) return fc.constant('__typename');
    const inner = composite ? lazily(getNamedType(field.type).name, depth - 1) : fc.constant('');
    const args = fc.constantFrom(...(ARGUMENTS[`${typeName}.${field.name}`] ?? ['']));
    const alias = fc.option(fc.constantFrom(...ALIASES), { nil: null, freq: 3 });
    return fc
      .tuple(alias, args, fc.constantFrom(...CONDITIONS), inner)
      .map(([name, arg, condition, set]) => `${name === null ? '' : `${name}: `}${field.name}${arg}${condition} ${set}`);
  };
  return selection('Query', 5).map((set) => `query($n: Int = 2, $l: String = "标", $yes: Boolean = true, $no: Boolean = false) ${set}`);
}
