import 'reflect-metadata';
import { composeServices } from '@theguild/federation-composition';
import { execute, parse, print } from 'graphql';
import {
  Arg,
  buildSchemaSync,
  createUnionType,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
  registerEnumType,
} from 'type-graphql';
import { describe, expect, it } from 'vitest';
import { CommunityMembership, NEEDS_MEMBERSHIP, PeriodInput } from '../../subgraphs/shared/src/common.type.ts';
import { federate } from '../../subgraphs/shared/src/federate.ts';
import { Kpi } from '../../subgraphs/shared/src/figure.type.ts';
import { CivilDate, Decimal } from '../../subgraphs/shared/src/scalars.ts';
import { EVERYONE, Tag } from '../../subgraphs/shared/src/tag.ts';

// A department that owns places and one that owns parks, each with a class `Area` of its own, in one process.

const Shade = { DEEP: 'DEEP', LIGHT: 'LIGHT' } as const;
type Shade = keyof typeof Shade;
registerEnumType(Shade, { name: 'Shade', description: '树荫', valuesConfig: { DEEP: { description: '浓荫' } } });

@ObjectType({ description: 'A place (区划).' })
@Directive('@key(fields: "id")')
@Tag(...EVERYONE)
class Area {
  @Field(() => ID)
  id!: string;

  @Field(() => [CommunityMembership], { nullable: true })
  membership!: CommunityMembership[] | null;

  @Tag('internal')
  @Field(() => Int, { nullable: true })
  secret!: number | null;
}

@Resolver()
class AreaResolver {
  @Tag(...EVERYONE)
  @Query(() => Area, { nullable: true })
  area(@Arg('id', () => ID) id: string): { id: string } {
    return { id };
  }

  @Query(() => CivilDate, { nullable: true })
  lastLoad(): string {
    return '2026-06-30';
  }
}

@ObjectType()
@Directive('@key(fields: "id")')
@Tag('public', 'department')
class Park {
  @Field(() => ID)
  id!: string;

  @Field(() => Shade)
  shade!: Shade;

  @Tag('department')
  @Field(() => [ParkEnd], { nullable: true })
  answers!: object[] | null;
}

@ObjectType()
@Directive('@key(fields: "id", resolvable: false)')
class Resolution {
  @Field(() => ID)
  id!: string;
}

const ParkEnd = createUnionType({
  name: 'ParkEnd',
  types: () => [Park, Resolution] as const,
  resolveType: (value: object) => ('shade' in value ? 'Park' : 'Resolution'),
});

@InputType()
class Spot {
  @Field(() => Decimal, { nullable: true, defaultValue: '0.50' })
  size?: string | null;
}

@InputType()
class ParkFilter {
  @Field(() => [Shade], { nullable: true })
  shades?: Shade[] | null;

  @Field(() => Spot, { nullable: true })
  spot?: Spot | null;
}

@ObjectType()
@Directive('@key(fields: "id")')
class ParksArea {
  @Field(() => ID)
  id!: string;
}

// The other department's class of the same name: a class name is no identity.
const areaOfParks = (() => {
  @ObjectType()
  @Directive('@key(fields: "id")')
  class Area {
    @Field(() => ID)
    id!: string;

    @Directive('@external')
    @Field(() => [CommunityMembership], { nullable: true })
    membership!: CommunityMembership[] | null;
  }

  @Resolver(() => Area)
  class AreaParksResolver {
    @Directive(NEEDS_MEMBERSHIP)
    @Tag('public', 'bi')
    @FieldResolver(() => Kpi, { nullable: true, description: '绿地指标' })
    parkFigure(
      @Root() area: Area,
      @Arg('period', () => PeriodInput) period: PeriodInput,
      @Arg('shade', () => Shade, { nullable: true, defaultValue: Shade.DEEP }) shade: Shade | null,
    ): object {
      return { key: `${area.id} ${area.membership?.length} ${period.start} ${shade}`, area: { id: area.id } };
    }
  }
  return { Area, AreaParksResolver };
})();

@Resolver()
class ParkResolver {
  @Tag('public', 'department')
  @Query(() => [Park], { nullable: true })
  parks(@Arg('filter', () => ParkFilter, { nullable: true }) _filter: ParkFilter | null): object[] {
    return [{ id: 'pk_1', shade: 'DEEP', answers: [{ id: 'rs_1' }] }];
  }
}

const build = (resolvers: [object, ...object[]], orphanedTypes: object[]) =>
  // biome-ignore lint/complexity/noBannedTypes: type-graphql takes classes as Function.
  buildSchemaSync({ resolvers: resolvers as [Function], orphanedTypes: orphanedTypes as Function[], validate: false });
const places = federate(build([AreaResolver], []));
const parks = federate(build([ParkResolver, areaOfParks.AreaParksResolver], [areaOfParks.Area, ParksArea, Resolution]), {
  Park: (_ctx: unknown, { id }) => (id === 'pk_1' ? { id, shade: 'LIGHT' } : null),
});

/** A type, as printed, on one line. */
const typeOf = (sdl: string, name: string): string => {
  const node = parse(sdl).definitions.find((each) => 'name' in each && each.name?.value === name);
  return node ? print(node).replace(/\s+/g, ' ') : '';
};

describe('a subgraph made from classes', () => {
  it('links the directives it uses, and only those', () => {
    expect(places.sdl).toContain(
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@tag", "@composeDirective"]) @link(url: "https://ibm.github.io/graphql-specs/cost/v0.1", import: ["@listSize"]) @composeDirective(name: "@listSize")',
    );
    expect(parks.sdl).toContain('import: ["@key", "@shareable", "@external", "@requires", "@tag", "@composeDirective"]');
  });

  it("moves a type's tags down to its untagged fields and off the type", () => {
    expect(typeOf(parks.sdl, 'Park')).toContain(
      'type Park @key(fields: "id") { id: ID! @tag(name: "public") @tag(name: "department") shade: Shade!',
    );
    expect(typeOf(places.sdl, 'Area')).toContain('secret: Int @tag(name: "internal")');
  });

  it('gives enums, scalars, inputs and arguments the tags of the fields that use them', () => {
    expect(typeOf(parks.sdl, 'Shade')).toContain('enum Shade @tag(name: "public") @tag(name: "department") @tag(name: "bi")');
    expect(typeOf(parks.sdl, 'Spot')).toContain('input Spot @tag(name: "public") @tag(name: "department") {');
    expect(typeOf(parks.sdl, 'Area')).toContain('period: PeriodInput! @tag(name: "public") @tag(name: "bi")');
    expect(typeOf(parks.sdl, 'Decimal')).toContain('@tag(name: "bi")');
  });

  it('gives value types the tags of the fields that return them, through and through', () => {
    expect(typeOf(parks.sdl, 'Kpi')).toContain('type Kpi @shareable @tag(name: "public") @tag(name: "bi") {');
    expect(typeOf(parks.sdl, 'KpiExclusion')).toContain('@tag(name: "bi")');
  });

  it("tags a union's members at their id", () => {
    expect(typeOf(parks.sdl, 'ParkEnd')).toContain('union ParkEnd @tag(name: "department")');
    expect(typeOf(parks.sdl, 'Resolution')).toContain('id: ID! @tag(name: "department")');
  });

  it('leaves internal fields untagged', () => {
    expect(typeOf(places.sdl, 'Query')).toContain('lastLoad: Date }');
    expect(typeOf(places.sdl, 'Date')).toContain('@tag(name: "audit")');
  });

  it('keeps descriptions, defaults, @external and @requires', () => {
    const area = typeOf(parks.sdl, 'Area');
    expect(area).toContain('membership: [CommunityMembership!] @external');
    expect(area).toContain('"""绿地指标"""');
    expect(area).toContain('shade: Shade = DEEP');
    expect(area).toContain(NEEDS_MEMBERSHIP);
    expect(typeOf(parks.sdl, 'Shade')).toContain('"""浓荫""" DEEP');
    expect(typeOf(parks.sdl, 'Spot')).toContain('size: Decimal = "0.50"');
  });

  it('points value types at its own entity and leaves out what it does not use', () => {
    expect(typeOf(parks.sdl, 'Kpi')).toContain('area: Area ');
    expect(parks.sdl).not.toContain('Reference');
    expect(parks.sdl).not.toContain('type Milestone');
    expect(parks.sdl).toContain('type ParksArea');
  });

  it('composes with its neighbour, and each prints the same again', () => {
    const services = [
      { name: 'places', url: 'http://places.invalid', typeDefs: parse(places.sdl) },
      { name: 'parks', url: 'http://parks.invalid', typeDefs: parse(parks.sdl) },
    ];
    expect(composeServices(services).errors).toBeUndefined();
    expect(federate(build([AreaResolver], [])).sdl).toBe(places.sdl);
  });

  it('says which type a value type needs', () => {
    @Resolver()
    class KpiResolver {
      @Query(() => Kpi)
      kpi(): object {
        return {};
      }
    }
    expect(() => federate(build([KpiResolver], []))).toThrow('refers to Area, which this subgraph does not declare');
    expect(() => federate(build([ParkResolver], []), { Pond: () => null })).toThrow('references name Pond');
  });
});

describe('a subgraph that is asked', () => {
  const ask = async (schema: typeof parks.schema, query: string, variableValues?: Record<string, unknown>) =>
    JSON.parse(JSON.stringify(await execute({ schema, document: parse(query), variableValues, contextValue: {} })));

  it('answers its root fields, union members and enums', async () => {
    const { data, errors } = await ask(parks.schema, '{ parks { id shade answers { __typename ... on Resolution { id } } } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({ parks: [{ id: 'pk_1', shade: 'DEEP', answers: [{ __typename: 'Resolution', id: 'rs_1' }] }] });
  });

  it('finds its entities by key, and says nothing of those that do not exist', async () => {
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Park { id shade } } }';
    const r = [
      { __typename: 'Park', id: 'pk_1' },
      { __typename: 'Park', id: 'pk_2' },
    ];
    expect((await ask(parks.schema, query, { r })).data).toEqual({ _entities: [{ id: 'pk_1', shade: 'LIGHT' }, null] });
  });

  it("adds to another's entity what it knows, from what it requires", async () => {
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Area { parkFigure(period: { grain: YEAR, start: "2025-01-01", end: "2026-01-01" }) { key area { id } } } } }';
    const r = [{ __typename: 'Area', id: 'ar_1', membership: [{ communityId: 'ar_2' }] }];
    const { data, errors } = await ask(parks.schema, query, { r });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ _entities: [{ parkFigure: { key: 'ar_1 1 2025-01-01 DEEP', area: { id: 'ar_1' } } }] });
  });

  it('refuses a day that is not in the calendar, with a code', async () => {
    const query =
      'query ($r: [_Any!]!, $start: Date!) { _entities(representations: $r) { ... on Area { parkFigure(period: { grain: YEAR, start: $start, end: "2026-01-01" }) { key } } } }';
    const { errors } = await ask(parks.schema, query, { r: [], start: '2025-02-29' });
    expect(errors[0].extensions).toMatchObject({ code: 'VALIDATION_FAILED', messageEn: 'No such day: 2025-02-29' });
  });
});
