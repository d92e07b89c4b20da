import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { PLACES } from '../../subgraphs/volunteers/src/area/area.read.ts';
import { composed, printed } from '../schema/contract.ts';

describe('what commands ask of other departments', () => {
  it('is a question that the whole graph answers', () => {
    expect(validate(composed(printed()), parse(PLACES)).map(({ message }) => message)).toEqual([]);
  });
});
