import { readFileSync } from 'node:fs';
import { buildASTSchema, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { ORDERS } from '../../subgraphs/organization/src/organization/dissolution.commands.ts';

it('what organization asks of grievances before it dissolves an organization is there to be asked', () => {
  const sdl = readFileSync(new URL('../../schema/grievances.graphql', import.meta.url), 'utf8');
  const schema = buildASTSchema(parse(sdl), { assumeValid: true, assumeValidSDL: true });
  expect(validate(schema, parse(ORDERS)).map(({ message }) => message)).toEqual([]);
});
