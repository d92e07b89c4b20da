/** One walk over one operation that adds up its cost. Every selection is visited once, so this is bounded as the operation is (limits.ts). */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  visit,
} from 'graphql';
import type { CostModel, ListSize } from './cost-model.ts';
import { isObject } from './engine/json.ts';
import type { Supergraph } from './supergraph.ts';

/** What an operation costs, in points rounded up. */
export interface Estimate {
  total: number;
  subgraphs: Record<string, number>;
  /** The page that asks for most, or for less than one. */
  page: Page | null;
}

export interface Page {
  /** Response keys from the root, joined by dots. */
  field: string;
  argument: string;
  size: number;
}

/** What one list of the operation contributes to the whole. */
export interface Share {
  field: string;
  owner: string;
  points: number;
  /** The argument that says how long it is; absent where none does. */
  argument?: string;
  size: number;
  /** Points of one object of it, everywhere that it stands. */
  each: number;
}

export interface Estimated {
  estimate: Estimate;
  shares: Share[];
  /** Variables that were looked at. */
  used: ReadonlySet<string>;
}

export interface EstimationOptions {
  schema: GraphQLSchema;
  model: CostModel;
  owners: Supergraph['owners'];
  document: DocumentNode;
  variables: Readonly<Record<string, unknown>>;
}

/** Fields that stand under one type condition, by response key. */
type Fields = Map<string, FieldNode[]>;

/** Points of a part of the operation by the subgraph that answers them. */
type Points = Map<string, number>;

/** Where a part of the operation stands. */
interface Place {
  path: string;
  /** The subgraph that answers what has no owner of its own. */
  owner: string;
  /** How often it stands there. */
  times: number;
  /** The length of lists of this object that the field above says. */
  sized: ReadonlyMap<string, Length>;
}

/** How long a list is, and the argument that says so. */
interface Length {
  size: number;
  argument?: string;
}

const NOTHING_SIZED: ReadonlyMap<string, Length> = new Map();
/** The part of the answer that the gateway gives itself. */
const GATEWAY = 'gateway';

export class Estimation {
  readonly #options: EstimationOptions;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #used = new Set<string>();
  readonly #shares: Share[] = [];
  #page: Page | null = null;

  constructor(options: EstimationOptions) {
    this.#options = options;
    for (const node of options.document.definitions) if (node.kind === 'FragmentDefinition') this.#fragments.set(node.name.value, node);
  }

  of(operation: OperationDefinitionNode): Estimated {
    const root = this.#options.schema.getRootType(operation.operation);
    const place: Place = { path: '', owner: GATEWAY, times: 1, sized: NOTHING_SIZED };
    const points = root ? this.#sets(root, [operation.selectionSet], place) : new Map<string, number>();
    const subgraphs = Object.fromEntries([...points].map(([name, value]) => [name, Math.ceil(value)]));
    return {
      estimate: { total: Math.ceil(sum(points)), subgraphs, page: this.#page },
      shares: this.#shares,
      used: this.#used,
    };
  }

  /** Of an abstract type, the dearest of its members counts. */
  #sets(type: GraphQLCompositeType, sets: readonly SelectionSetNode[], place: Place): Points {
    const conditions = this.#collected(type, sets);
    const parts = [...conditions].map(([condition, fields]) => ({ condition, points: this.#fields(condition, fields, place) }));
    if (!isAbstractType(type)) return added(parts.map(({ points }) => points));
    const members = this.#options.schema
      .getPossibleTypes(type)
      .map((member) => added(parts.filter(({ condition }) => this.#holds(condition, member)).map(({ points }) => points)));
    return members.reduce((dearest, points) => (sum(points) > sum(dearest) ? points : dearest), new Map());
  }

  #holds(condition: GraphQLCompositeType, member: GraphQLObjectType): boolean {
    return condition === member || (isAbstractType(condition) && this.#options.schema.isSubType(condition, member));
  }

  /** The fields of some selection sets by the type that they are asked of; what is skipped is left out, equal response keys come together. */
  #collected(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): Map<GraphQLCompositeType, Fields> {
    const found = new Map<GraphQLCompositeType, Fields>();
    const spread = new Set<string>();
    const add = (condition: GraphQLCompositeType, set: SelectionSetNode): void => {
      const fields = found.get(condition) ?? new Map<string, FieldNode[]>();
      found.set(condition, fields);
      for (const node of set.selections) {
        if (!this.#isIncluded(node)) continue;
        if (node.kind === 'Field') {
          const key = (node.alias ?? node.name).value;
          const known = fields.get(key);
          if (known) known.push(node);
          else fields.set(key, [node]);
          continue;
        }
        const fragment = node.kind === 'InlineFragment' ? node : this.#fragments.get(node.name.value);
        if (!fragment) continue;
        const inner = this.#narrowed(type, condition, fragment.typeCondition?.name.value);
        if (node.kind === 'FragmentSpread') {
          const name = `${inner.name} ${node.name.value}`;
          if (spread.has(name)) continue;
          spread.add(name);
        }
        add(inner, fragment.selectionSet);
      }
    };
    for (const set of sets) add(type, set);
    return found;
  }

  /** An object is what it is, whatever is asked of it; of an abstract type the innermost condition holds, so that none is counted too low. */
  #narrowed(type: GraphQLCompositeType, condition: GraphQLCompositeType, name: string | undefined): GraphQLCompositeType {
    if (!isAbstractType(type) || name === undefined) return condition;
    const named = this.#options.schema.getType(name);
    if (!isCompositeType(named)) return condition;
    return isAbstractType(named) && !isAbstractType(condition) ? condition : named;
  }

  #isIncluded(node: { directives?: FieldNode['directives'] }): boolean {
    if (!node.directives || node.directives.length === 0) return true;
    this.#uses(node as FieldNode);
    const { variables } = this.#options;
    if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false;
  }

  #fields(type: GraphQLCompositeType, fields: Fields, place: Place): Points {
    const parts: Points[] = [];
    for (const [key, nodes] of fields) {
      const name = nodes[0]!.name.value;
      const field = this.#definition(type, name);
      if (field) parts.push(this.#field(type, field, nodes, { ...place, path: place.path === '' ? key : `${place.path}.${key}` }));
    }
    return added(parts);
  }

  #definition(type: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
    if (name === '__schema') return SchemaMetaFieldDef;
    if (name === '__type') return TypeMetaFieldDef;
    return 'getFields' in type ? type.getFields()[name] : undefined;
  }

  #field(type: GraphQLCompositeType, field: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[], place: Place): Points {
    const { model, owners } = this.#options;
    const coordinate = `${type.name}.${field.name}`;
    const owner = owners.get(coordinate) ?? place.owner;
    const rule = this.#rule(type, field.name);
    const isWeighed = field.args.some(({ name, type: input }) => model.weights.has(`${coordinate}(${name}:)`) || this.#isWeighed(input));
    const values = rule || isWeighed ? this.#arguments(field, nodes[0]!) : {};
    const asked = this.#length(field, rule, values, place);
    const length = { ...asked, size: Math.max(0, asked.size) };
    const own = (model.weights.get(coordinate) ?? 0) + (isWeighed ? this.#argumentPoints(coordinate, field, values) : 0);
    const returned = getNamedType(field.type);
    if (!isCompositeType(returned)) {
      const each = model.weights.get(returned.name) ?? 0;
      return new Map([[owner, own + each * length.size]]);
    }

    const times = place.times * length.size;
    const sized = rule && rule.of.length > 0 ? this.#sizedBy(rule, values, place) : NOTHING_SIZED;
    const sets = nodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []));
    const below = this.#sets(returned, sets, { path: place.path, owner, times, sized });
    const each = added([below, new Map([[owner, this.#weight(returned)]])]);
    const isShare = length.size !== 1 || length.argument !== undefined;
    if (isShare) this.#note(place, owner, length, sum(each));
    return added([scaled(each, length.size), new Map([[owner, own]])]);
  }

  /** An interface's field is as long as at the member that says most, if the interface says nothing. */
  #rule(type: GraphQLCompositeType, name: string): ListSize | undefined {
    const { model, schema } = this.#options;
    const own = model.sizes.get(`${type.name}.${name}`);
    if (own || !isAbstractType(type)) return own;
    const ofMembers = schema.getPossibleTypes(type).map((member) => model.sizes.get(`${member.name}.${name}`));
    return ofMembers.reduce((most, rule) => ((rule?.assumed ?? 0) > (most?.assumed ?? -1) ? rule : most), undefined);
  }

  #note({ path, times }: Place, owner: string, { size, argument }: Length, each: number): void {
    this.#shares.push({
      field: path,
      owner,
      points: times * size * each,
      size,
      each: times * each,
      ...(argument !== undefined && { argument }),
    });
  }

  /** How long the field is itself: what the field above said of it, or its own rule. */
  #length(
    field: GraphQLField<unknown, unknown>,
    rule: ListSize | undefined,
    values: Readonly<Record<string, unknown>>,
    place: Place,
  ): Length {
    const said = place.sized.get(field.name);
    if (said) return said;
    const isItself = rule && rule.of.length === 0;
    return isItself ? this.#lengthBy(rule, values) : { size: 1 };
  }

  #sizedBy(rule: ListSize, values: Readonly<Record<string, unknown>>, { path }: Place): ReadonlyMap<string, Length> {
    const length = this.#lengthBy(rule, values);
    const { argument } = length;
    // A page of a connection has bounds of its own; a table's rows, whose size stands in its input, have the department's.
    if (argument !== undefined && rule.by.some((steps) => steps.length === 1)) this.#addPage({ field: path, argument, size: length.size });
    return new Map(rule.of.map((name) => [name, length]));
  }

  #addPage(page: Page): void {
    const isWorse = !this.#page || page.size < 1 || (this.#page.size >= 1 && page.size > this.#page.size);
    if (isWorse) this.#page = page;
  }

  /** The first argument that says a length; a list says it by its own. */
  #lengthBy({ assumed, by }: ListSize, values: Readonly<Record<string, unknown>>): Length {
    for (const steps of by) {
      const value = steps.reduce<unknown>((inner, step) => (isObject(inner) ? inner[step] : undefined), values);
      const size = Array.isArray(value) ? value.length : value;
      if (typeof size === 'number') return { size, argument: steps.join('.') };
    }
    return { size: assumed ?? 1 };
  }

  #weight(type: GraphQLCompositeType): number {
    const { model, schema } = this.#options;
    const own = model.weights.get(type.name);
    if (own !== undefined || !isAbstractType(type)) return own ?? 1;
    return Math.max(0, ...schema.getPossibleTypes(type).map((member) => model.weights.get(member.name) ?? 1));
  }

  #arguments(field: GraphQLField<unknown, unknown>, node: FieldNode): Readonly<Record<string, unknown>> {
    this.#uses(node);
    try {
      return getArgumentValues(field, node, this.#options.variables);
    } catch {
      // A null where none may be: whoever runs the operation says so.
      return {};
    }
  }

  /** The cost of this node depends on the variables in its arguments and directives. */
  #uses(node: FieldNode): void {
    for (const part of [...(node.arguments ?? []), ...(node.directives ?? [])])
      visit(part, { Variable: (variable) => void this.#used.add(variable.name.value) });
  }

  #isWeighed(type: GraphQLInputType): boolean {
    const named = getNamedType(type);
    const { weights } = this.#options.model;
    if (weights.has(named.name)) return true;
    return isInputObjectType(named) && Object.keys(named.getFields()).some((name) => weights.has(`${named.name}.${name}`));
  }

  #argumentPoints(coordinate: string, field: GraphQLField<unknown, unknown>, values: Readonly<Record<string, unknown>>): number {
    const { weights } = this.#options.model;
    let points = 0;
    for (const { name, type } of field.args)
      if (values[name] !== undefined) points += (weights.get(`${coordinate}(${name}:)`) ?? 0) + this.#inputPoints(type, values[name]);
    return points;
  }

  #inputPoints(type: GraphQLInputType, value: unknown): number {
    if (value === null || value === undefined) return 0;
    if (isNonNullType(type)) return this.#inputPoints(type.ofType, value);
    if (isListType(type))
      return (Array.isArray(value) ? value : [value]).reduce<number>((points, item) => points + this.#inputPoints(type.ofType, item), 0);
    const { weights } = this.#options.model;
    let points = weights.get(type.name) ?? 0;
    if (!isInputObjectType(type) || !isObject(value)) return points;
    for (const [name, field] of Object.entries(type.getFields())) {
      if (value[name] === undefined) continue;
      points += (weights.get(`${type.name}.${name}`) ?? 0) + this.#inputPoints(field.type, value[name]);
    }
    return points;
  }
}

function added(parts: readonly Points[]): Points {
  const total: Points = new Map();
  for (const points of parts) for (const [owner, value] of points) if (value !== 0) total.set(owner, (total.get(owner) ?? 0) + value);
  return total;
}

const scaled = (points: Points, by: number): Points => new Map([...points].map(([owner, value]) => [owner, value * by]));

function sum(points: Points): number {
  let total = 0;
  for (const value of points.values()) total += value;
  return total;
}
