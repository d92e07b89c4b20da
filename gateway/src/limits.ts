/**
 * What a query may be before anything else looks at it: the planner takes a minute over a fragment bomb of 892 bytes and dies of a
 * cycle (design §4), so nesting, size and repetition are bounded here, without ever expanding a fragment twice.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  parse,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { Refusal } from './refusal.ts';

/** Bounds of one operation. */
export const LIMITS = {
  /** Nested fields of a query. */
  depth: 12,
  /** Nested fields below `__schema` and `__type`, counted apart. */
  introspectionDepth: 16,
  /** Fields and fragments after expansion. */
  selections: 10_000,
  /** The same, over all operations of one text. */
  documentSelections: 50_000,
  /** Different response keys for one field of one object, through whatever fragments; and how often a field stands in one pair of braces. */
  aliases: 15,
  /** How often one response key stands for something in one object, and for how many different fields: comparing them all is its square. */
  repeats: 100,
  /** Fields and fragments in one pair of braces. */
  fields: 1_000,
  /** Fragments of one text: they too are compared with each other. */
  fragments: 200,
  /** Directives at one place, and in all. */
  directives: 10,
  documentDirectives: 500,
  /** Variables of one operation. */
  variables: 200,
  /** Words and signs of the text. */
  tokens: 15_000,
  /** Signs of one name. */
  nameLength: 256,
  /** Signs of one text or number written into a query; longer ones go as variables. */
  literalLength: 64 * 1024,
  /** Items and fields of all lists and objects written into a query; more go as variables. */
  literalValues: 2_000,
  /** Brackets within brackets, of any kind: the planner reads no more than fifty. */
  nesting: 40,
} as const;

/**
 * Parses and bounds a query.
 * @throws Refusal GRAPHQL_PARSE_FAILED, DEPTH_LIMIT_EXCEEDED, LIMIT_EXCEEDED (`details.limit`), GRAPHQL_VALIDATION_FAILED for cyclic fragments.
 */
export function parseBounded(source: string): DocumentNode {
  const deepest = nesting(source);
  if (deepest > LIMITS.nesting) throw tooDeep('nesting', deepest);
  const document = parsed(source);
  checkCounts(document);
  checkBounds(document);
  return document;
}

function parsed(source: string): DocumentNode {
  try {
    return parse(source, { maxTokens: LIMITS.tokens });
  } catch (error) {
    const { message, positions } = error as GraphQLError;
    if (message.includes('token limit') || message.includes('more that')) throw tooMuch('tokens', LIMITS.tokens + 1);
    const details = positions?.[0] === undefined ? undefined : { position: positions[0] };
    throw new Refusal('GRAPHQL_PARSE_FAILED', { zh: message, en: message, details });
  }
}

/** The deepest brackets of a text, strings and comments left out. A loop, since a recursive parser overflows on what it must refuse. */
function nesting(source: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < source.length; i++) {
    const char = source[i];
    if (char === '#') i = endOfLine(source, i);
    else if (char === '"') i = endOfString(source, i);
    else if (char === '{' || char === '[' || char === '(') deepest = Math.max(deepest, ++depth);
    else if (char === '}' || char === ']' || char === ')') depth--;
  }
  return deepest;
}

function endOfLine(source: string, from: number): number {
  for (let i = from; i < source.length; i++) if (source[i] === '\n' || source[i] === '\r') return i;
  return source.length;
}

function endOfString(source: string, from: number): number {
  if (source.startsWith('"""', from)) {
    let end = source.indexOf('"""', from + 3);
    while (end > 0 && source[end - 1] === '\\') end = source.indexOf('"""', end + 3);
    return end < 0 ? source.length : end + 2;
  }
  for (let i = from + 1; i < source.length; i++) {
    if (source[i] === '\\') i++;
    else if (source[i] === '"' || source[i] === '\n') return i;
  }
  return source.length;
}

/** Counts what stands in the text as it is: fragments, directives, variables, literals. */
function checkCounts(document: DocumentNode): void {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION).length;
  if (fragments > LIMITS.fragments) throw tooMuch('fragments', fragments);
  let directives = 0;
  let values = 0;
  const countValues = (more: number): void => {
    values += more;
    if (values > LIMITS.literalValues) throw tooMuch('literalValues', values);
  };
  const measure = ({ value }: { value: string }): void => {
    if (value.length > LIMITS.literalLength) throw tooMuch('literalLength', value.length);
  };
  const count = (node: { directives?: readonly unknown[] | undefined }): void => {
    const own = node.directives?.length ?? 0;
    if (own > LIMITS.directives) throw tooMuch('directives', own);
    directives += own;
    if (directives > LIMITS.documentDirectives) throw tooMuch('documentDirectives', directives);
  };
  visit(document, {
    OperationDefinition(node) {
      const variables = node.variableDefinitions?.length ?? 0;
      if (variables > LIMITS.variables) throw tooMuch('variables', variables);
      count(node);
    },
    VariableDefinition: count,
    FragmentDefinition: count,
    FragmentSpread: count,
    InlineFragment: count,
    Field: count,
    Name(node) {
      if (node.value.length > LIMITS.nameLength) throw tooMuch('nameLength', node.value.length);
    },
    StringValue: measure,
    IntValue: measure,
    FloatValue: measure,
    ListValue: (node) => countValues(node.values.length),
    ObjectValue: (node) => countValues(node.fields.length),
  });
}

/** What a selection set comes to, its fragments expanded. */
interface Size {
  selections: number;
  depth: number;
  introspectionDepth: number;
}

/** Measures every operation of a document; each fragment is measured once and added up as often as it is spread. */
function checkBounds(document: DocumentNode): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const measured = new Map<string, Size | 'MEASURING'>();

  const ofFragment = (name: string): Size => {
    const known = measured.get(name);
    if (known === 'MEASURING')
      throw new Refusal('GRAPHQL_VALIDATION_FAILED', { zh: `片段 ${name} 循环引用。`, en: `Fragment ${name} spreads itself.` });
    if (known) return known;
    const fragment = fragments.get(name);
    if (!fragment) return { selections: 0, depth: 0, introspectionDepth: 0 };
    measured.set(name, 'MEASURING');
    const size = ofSet(fragment.selectionSet);
    measured.set(name, size);
    return size;
  };

  const ofSet = (set: SelectionSetNode): Size => {
    const sum: Size = { selections: 0, depth: 0, introspectionDepth: 0 };
    if (set.selections.length > LIMITS.fields) throw tooMuch('fields', set.selections.length);
    const keys = new Map<string, number>();
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) checkAliases(keys, node.name.value, (node.alias ?? node.name).value);
      const inner =
        node.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(node.name.value)
          : node.selectionSet
            ? ofSet(node.selectionSet)
            : { selections: 0, depth: 0, introspectionDepth: 0 };
      sum.selections += inner.selections + 1;
      const level = node.kind === Kind.FIELD ? 1 : 0;
      const isSchema = node.kind === Kind.FIELD && (node.name.value === '__schema' || node.name.value === '__type');
      sum.depth = Math.max(sum.depth, isSchema ? 1 : inner.depth + level);
      sum.introspectionDepth = Math.max(sum.introspectionDepth, isSchema ? inner.depth + 1 : inner.introspectionDepth);
    }
    return sum;
  };

  let selections = 0;
  for (const node of document.definitions) {
    // A fragment alone has no depth yet (it may stand below `__schema`), but it may be a circle.
    if (node.kind === Kind.FRAGMENT_DEFINITION) ofFragment(node.name.value);
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = ofSet(node.selectionSet);
    checkSize(size);
    selections += size.selections;
    if (selections > LIMITS.documentSelections) throw tooMuch('documentSelections', selections);
    checkLevel([node.selectionSet], fragments);
  }
}

function checkSize({ selections, depth, introspectionDepth }: Size): void {
  if (selections > LIMITS.selections) throw tooMuch('selections', selections);
  if (depth > LIMITS.depth) throw tooDeep('depth', depth);
  if (introspectionDepth > LIMITS.introspectionDepth) throw tooDeep('introspectionDepth', introspectionDepth);
}

/** Repeating a field costs validation the square of its count, so the plain name counts as well as its aliases. */
function checkAliases(seen: Map<string, number>, name: string, key: string): void {
  if (key.startsWith('__') && key !== name)
    throw new Refusal('GRAPHQL_VALIDATION_FAILED', { zh: `别名 ${key} 不可用。`, en: `Alias ${key} is reserved.` });
  const count = (seen.get(name) ?? 0) + 1;
  seen.set(name, count);
  limitAliases(count);
}

/**
 * Bounds the aliases of one object and of everything below it, where fragments and equal response keys merge. Each selection is seen at
 * most as often as it stands in the expanded operation, so this comes after the size of that is bounded.
 */
function checkLevel(sets: readonly SelectionSetNode[], fragments: ReadonlyMap<string, FragmentDefinitionNode>): void {
  const keys = new Map<string, Set<string>>();
  const below = new Map<string, SelectionSetNode[]>();
  const spread = new Set<string>();
  const repeats = new Map<string, number>();
  const addField = (node: FieldNode): void => {
    const key = (node.alias ?? node.name).value;
    const count = (repeats.get(key) ?? 0) + 1;
    repeats.set(key, count);
    if (count > LIMITS.repeats) throw tooMuch('repeats', count);
    const known = keys.get(node.name.value) ?? new Set<string>();
    keys.set(node.name.value, known.add(key));
    limitAliases(known.size);
    if (!node.selectionSet) return;
    const merged = below.get(key);
    if (merged) merged.push(node.selectionSet);
    else below.set(key, [node.selectionSet]);
  };
  const addSet = (set: SelectionSetNode): void => {
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) addField(node);
      else if (node.kind === Kind.INLINE_FRAGMENT) addSet(node.selectionSet);
      else if (!spread.has(node.name.value)) {
        spread.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment) addSet(fragment.selectionSet);
      }
    }
  };
  for (const set of sets) addSet(set);
  for (const merged of below.values()) checkLevel(merged, fragments);
}

function limitAliases(count: number): void {
  if (count > LIMITS.aliases) throw tooMuch('aliases', count);
}

/**
 * `value` is what was counted until it was too much: the whole may be more.
 */
const tooDeep = (limit: keyof typeof LIMITS, value: number) =>
  new Refusal('DEPTH_LIMIT_EXCEEDED', {
    zh: `${limit} 为 ${value} 层，上限 ${LIMITS[limit]} 层。`,
    en: `${limit} is ${value}, at most ${LIMITS[limit]}: ask for what is deeper by its id, in a query of its own.`,
    details: { limit, max: LIMITS[limit], value },
  });

const tooMuch = (limit: keyof typeof LIMITS, value: number) =>
  new Refusal('LIMIT_EXCEEDED', {
    zh: `${limit} 为 ${atMostSafe(value)}，上限 ${LIMITS[limit]}。请拆分查询。`,
    en: `${limit} is ${atMostSafe(value)}, at most ${LIMITS[limit]}: ask in several queries.`,
    details: { limit, max: LIMITS[limit], value: atMostSafe(value) },
  });

/** A bomb expands to more than a number can tell. */
const atMostSafe = (value: number): number => Math.min(value, Number.MAX_SAFE_INTEGER);
