import { Directive } from 'type-graphql';

/**
 * What a field or a type costs, in points, by the directives of IBM's GraphQL cost specification. A field costs its own weight (0 unless said)
 * and, for each object that it gives, the weight of the object's type (1 unless said) and the cost of what is asked of it. finish-costs.ts writes
 * what follows from the shape of the schema; the gateway adds it up before anything is called (gateway/src/cost.ts).
 */
export function Cost(points: number): ClassDecorator & PropertyDecorator & MethodDecorator {
  return Directive(`@cost(weight: "${points}")`) as ClassDecorator & PropertyDecorator & MethodDecorator;
}

/** How long a list is, if the shape of the schema does not say so. */
export interface Size {
  /** How many there are, as a rule: of the district's largest, rather than on average. */
  assumed?: number;
  /** Arguments that say it, as a number or as a list: `first`, `keys`, `input.first`. */
  by?: readonly string[];
  /** The lists of the returned object that are so long; without, the field itself is the list. */
  of?: readonly string[];
}

/** A table of figures (overview §3.8): as many rows as its input asks for, a thousand if it does not say. */
export const TABLE_ROWS: Size = { assumed: 1000, by: ['input.first'], of: ['rows'] };

/** Says how long a list of objects is: `@ListSize({ assumed: 80 })`, `@ListSize({ by: ['input.first'], of: ['rows'] })`. */
export function ListSize(size: Size): PropertyDecorator & MethodDecorator {
  return Directive(listSizeText(size)) as PropertyDecorator & MethodDecorator;
}

/** The directive as it is printed. No argument is ever required: those of ours have defaults. */
export function listSizeText({ assumed, by, of }: Size): string {
  const parts = [
    ...(assumed === undefined ? [] : [`assumedSize: ${assumed}`]),
    ...(by ? [`slicingArguments: ${JSON.stringify(by)}`] : []),
    ...(of ? [`sizedFields: ${JSON.stringify(of)}`] : []),
    'requireOneSlicingArgument: false',
  ];
  return `@listSize(${parts.join(', ')})`;
}
