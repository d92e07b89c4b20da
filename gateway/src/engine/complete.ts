/**
 * From what the subgraphs answered to what the client asked: its fields in its order, nothing else; a null where the schema allows
 * none empties the nearest place that allows one (GraphQL specification, §6.4.4).
 */
import type { GraphQLFormattedError } from 'graphql';
import { COMMON_ERRORS } from '../../../subgraphs/shared/src/errors.ts';
import type { Supergraph } from '../supergraph.ts';
import type { Failures } from './failures.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { FieldShape, SelectionShape, TypeShape } from './shape.ts';

/** Null where null is not allowed: empties the place above. */
const INVALID = Symbol('invalid');
type Completed = Json | typeof INVALID;

const MAX_ERRORS = 100;

/** Completes one answer. `errors` are those the subgraphs sent; a null they explain is not reported a second time. */
export class Completion {
  readonly errors: GraphQLFormattedError[] = [];
  readonly #failures: Failures;
  readonly #owners: Supergraph['owners'];
  readonly #explained: readonly (readonly (string | number)[])[];
  readonly #path: (string | number)[] = [];
  readonly #refused = new Set<string>();

  constructor(failures: Failures, owners: Supergraph['owners'], errors: readonly GraphQLFormattedError[]) {
    this.#failures = failures;
    this.#owners = owners;
    this.#explained = errors.map((error) => error.path ?? []);
  }

  /** The response's `data`. */
  complete(shape: SelectionShape, data: JsonObject): JsonObject | null {
    const result = this.#object(shape, data);
    return isObject(result) ? result : null;
  }

  #object(shape: SelectionShape, value: JsonObject): Completed {
    const fields = shape.fields(value.__typename);
    if (!fields) return null;
    const out: JsonObject = {};
    for (const field of fields) {
      if (field.meta === 'TYPENAME') {
        out[field.key] = shape.nameOf(value.__typename);
        continue;
      }
      const raw = value[field.plannedKey];
      if (field.meta === 'INTROSPECTION') {
        out[field.key] = raw ?? null;
        continue;
      }
      this.#path.push(field.key);
      if (field.isDenied) {
        this.#refuse(field);
        this.#path.pop();
        if (field.type.kind === 'NonNull') return INVALID;
        out[field.key] = null;
        continue;
      }
      if ((raw === undefined || raw === null) && !this.#failures.isEmpty) this.#failures.missing(field.path, this.#path);
      const result = this.#value(field.type, raw, field.coordinate);
      this.#path.pop();
      if (result === INVALID) return INVALID;
      out[field.key] = result;
    }
    return out;
  }

  #value(type: TypeShape, raw: Json | undefined, coordinate: string): Completed {
    if (type.kind === 'NonNull') {
      const result = this.#value(type.of, raw, coordinate);
      if (result !== null && result !== INVALID) return result;
      if (result === null) this.#report(coordinate);
      return INVALID;
    }
    if (raw === undefined || raw === null) return null;
    return this.#present(type, raw, coordinate);
  }

  #present(type: Exclude<TypeShape, { kind: 'NonNull' }>, raw: Json, coordinate: string): Completed {
    switch (type.kind) {
      case 'Leaf':
        return type.fits(raw) ? raw : this.#unfit(coordinate);
      case 'List':
        return Array.isArray(raw) ? this.#list(type.of, raw, coordinate) : this.#unfit(coordinate);
      case 'Object': {
        if (!isObject(raw)) return this.#unfit(coordinate);
        const result = this.#object(type.selection, raw);
        return result === INVALID ? null : result;
      }
    }
  }

  #list(type: TypeShape, raw: readonly Json[], coordinate: string): Completed {
    const out: Json[] = [];
    const at = this.#path.push(0) - 1;
    for (let i = 0; i < raw.length; i++) {
      this.#path[at] = i;
      const item = this.#value(type, raw[i], coordinate);
      if (item === INVALID) {
        this.#path.pop();
        return null;
      }
      out.push(item);
    }
    this.#path.pop();
    return out;
  }

  /** Not for whoever asks: said once, at the first place. */
  #refuse({ path, coordinate }: FieldShape): void {
    if (this.#refused.has(path) || this.errors.length >= MAX_ERRORS) return;
    this.#refused.add(path);
    const { zh, en } = COMMON_ERRORS.FORBIDDEN;
    const extensions = { code: 'FORBIDDEN', messageEn: `${en} (${coordinate})`, details: { field: coordinate } };
    this.errors.push({ message: `${zh}（${coordinate}）`, path: [...this.#path], extensions });
  }

  /** Not what the schema promises: the subgraph is named, if it can be one only. */
  #unfit(coordinate: string): null {
    const owner = this.#owners.get(coordinate);
    if (owner === undefined) this.#report(coordinate);
    else this.#failures.distrust(owner, this.#path.filter((key) => typeof key === 'string').join('.'), this.#path);
    return null;
  }

  /** Says why a place is empty, unless a subgraph said so already or a subgraph's silence is why. */
  #report(coordinate: string): void {
    if (!this.#failures.isEmpty || this.errors.length >= MAX_ERRORS) return;
    const path = [...this.#path];
    const explains = (other: readonly (string | number)[]) => other.every((key, i) => i >= path.length || key === path[i]);
    if (this.#explained.some(explains)) return;
    const extensions = { code: 'SOURCE_UNAVAILABLE', messageEn: `The source's answer for ${coordinate} does not fit the schema.` };
    this.errors.push({ message: `数据来源对 ${coordinate} 的应答不符合数据图的定义。`, path, extensions });
  }
}
