/** One story per directive of federation; what each means is in the specification of Federation 2. */
import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type Teller, tell } from './story.ts';

const PRODUCTS = [
  { id: 'p1', sku: 's1', brand: { code: 'b1' }, name: '桌', weight: 10, size: { width: 2, height: 3 }, price: 100, stars: 4 },
  { id: 'p2', sku: 's2', brand: { code: 'b1' }, name: '椅', weight: 3, size: { width: 1, height: 1 }, price: 40, stars: null },
  { id: 'p3', sku: 's1', brand: { code: 'b2' }, name: '灯', weight: 1, size: null, price: 25, stars: 5 },
];
type Product = (typeof PRODUCTS)[number];
const found = (key: Partial<Product>) =>
  PRODUCTS.find(({ id, sku, brand }) => (key.id !== undefined && id === key.id) || (key.sku === sku && key.brand?.code === brand.code)) ??
  null;

describe('@key', () => {
  const catalog: Teller = [
    `type Query { products: [Product!] product(id: ID!): Product }
     type Product @key(fields: "id") @key(fields: "sku brand { code }") { id: ID! sku: String! brand: Brand! name: String }
     type Brand @shareable { code: String! }`,
    {
      Query: { products: () => PRODUCTS, product: (_: never, key: Product) => found(key) },
      Product: { __resolveReference: found },
    },
  ];
  const stock: Teller = [
    `type Product @key(fields: "sku brand { code }") { sku: String! brand: Brand! price: Int }
     type Brand @shareable { code: String! }`,
    { Product: { __resolveReference: found } },
  ];
  const reviews: Teller = [
    `type Query { best: [Product!] } type Product @key(fields: "id") { id: ID! stars: Int }`,
    {
      Query: { best: () => PRODUCTS.toSorted((a, b) => (b.stars ?? 0) - (a.stars ?? 0)).map(({ id, stars }) => ({ id, stars })) },
      Product: { __resolveReference: found },
    },
  ];
  const whole = {
    Query: {
      products: () => PRODUCTS,
      product: (_: never, key: Product) => found(key),
      best: () => PRODUCTS.toSorted((a, b) => (b.stars ?? 0) - (a.stars ?? 0)),
    },
  };

  it('several of one entity, one of them nested: from each subgraph to each, over a third where it must be', async () => {
    await tell({ catalog, stock, reviews }, whole, async ({ same, asked }) => {
      await same('{ products { name price stars } }');
      expect(asked()).toEqual({ catalog: 1, stock: 1, reviews: 1 });
      await same('{ best { price } }');
      expect(asked()).toEqual({ catalog: 1, stock: 1, reviews: 1 });
      await same('{ best { id: name name: price brand { c: code } x: stars } product(id: "p3") { price: sku sku: price } }');
      await same('query($id: ID = "p2") { product(id: $id) { price } other: product(id: "none") { price } }');
    });
  });
});

describe('@requires', () => {
  const catalog: Teller = [
    `type Query { products: [Product] basket: Basket } type Product @key(fields: "id") { id: ID! name: String weight: Int size: Size }
     type Size { width: Int height: Int } type Basket @key(fields: "id") { id: ID! lines: [Line!] }
     type Line { quantity: Int! product: Product } `,
    {
      Query: {
        products: () => [...PRODUCTS, null],
        basket: () => ({ id: 'k1', lines: PRODUCTS.map((product, index) => ({ quantity: index + 1, product })) }),
      },
      Product: { __resolveReference: found },
    },
  ];
  const stock: Teller = [
    `type Product @key(fields: "id") { id: ID! price(currency: String = "CNY"): Int }`,
    {
      Product: {
        __resolveReference: found,
        price: ({ price }: Product, { currency }: { currency: string }) => (currency === 'CNY' ? price : -price),
      },
    },
  ];
  const shipping: Teller = [
    `type Product @key(fields: "id") { id: ID! weight: Int @external size: Size @external price(currency: String): Int @external
       postage(speed: Int = 1): Int @requires(fields: "weight size { width height } price(currency: \\"CNY\\")") }
     type Size { width: Int @external height: Int @external }
     type Basket @key(fields: "id") { id: ID! lines: [Line!] @external count: Int @requires(fields: "lines { quantity }") }
     type Line { quantity: Int! @external }`,
    {
      Product: {
        postage: ({ weight, size, price }: Product, { speed }: { speed: number }) =>
          speed * (weight + price + (size ? size.width * size.height : 0)),
      },
      Basket: { count: ({ lines }: { lines: { quantity: number }[] }) => lines.reduce((sum, { quantity }) => sum + quantity, 0) },
    },
  ];
  const taxes: Teller = [
    `type Product @key(fields: "id") { id: ID! postage(speed: Int): Int @external tax: Int @requires(fields: "postage(speed: 2)") }`,
    { Product: { tax: ({ postage }: { postage: number }) => postage / 2 } },
  ];
  const postage = (product: Product, { speed }: { speed: number }) =>
    speed * (product.weight + product.price + (product.size ? product.size.width * product.size.height : 0));
  const basket = { id: 'k1', lines: PRODUCTS.map((product, index) => ({ quantity: index + 1, product })), count: 6 };
  const whole = {
    Query: { products: () => [...PRODUCTS, null], basket: () => basket },
    Product: {
      price: ({ price }: Product, { currency }: { currency: string }) => (currency === 'CNY' ? price : -price),
      postage,
      tax: (product: Product) => postage(product, { speed: 2 }) / 2,
    },
  };

  it('of several subgraphs, nested, with arguments, of lists, and of what itself requires', async () => {
    await tell({ catalog, stock, shipping, taxes }, whole, async ({ same, asked }) => {
      await same('{ products { postage } }');
      expect(asked()).toEqual({ catalog: 1, stock: 1, shipping: 1, taxes: 0 });
      await same('{ products { postage(speed: 3) other: postage price(currency: "USD") weight: price } }');
      await same('{ products { tax } }');
      await same('{ basket { count lines { quantity product { tax size { width } postage } } } }');
      await same('query($c: String, $no: Boolean = false) { products { price(currency: $c) tax @include(if: $no) postage } }', {
        c: 'EUR',
      });
    });
  });
});

describe('@provides', () => {
  it('spares the way to the owner, for the path it is written at and no other', async () => {
    const catalog: Teller = [
      `type Query { products: [Product] } type Product @key(fields: "id") { id: ID! name: String @shareable size: Size @shareable }
       type Size { width: Int @shareable height: Int @shareable }`,
      { Query: { products: () => PRODUCTS }, Product: { __resolveReference: found } },
    ];
    const reviews: Teller = [
      `type Query { best: Product @provides(fields: "name size { width }") worst: Product }
       type Product @key(fields: "id") { id: ID! name: String @external size: Size @external stars: Int }
       type Size { width: Int @external }`,
      {
        Query: { best: () => PRODUCTS[0], worst: () => ({ id: 'p2', stars: null }) },
        Product: { __resolveReference: ({ id }: Product) => ({ id, stars: found({ id })?.stars }) },
      },
    ];
    const whole = { Query: { products: () => PRODUCTS, best: () => PRODUCTS[0], worst: () => PRODUCTS[1] } };
    await tell({ catalog, reviews }, whole, async ({ same, asked }) => {
      await same('{ best { name size { width } stars } }');
      expect(asked()).toEqual({ catalog: 0, reviews: 1 });
      await same('{ best { size { width height } } worst { name } }');
      expect(asked()).toEqual({ catalog: 1, reviews: 1 });
    });
  });
});

describe('@shareable', () => {
  it('is asked where the rest is asked already', async () => {
    const teller = (field: string): Teller => [
      `type Query { ${field}: Place now: String @shareable } type Place @shareable { name: String area: Spot } type Spot @shareable { code: Int }`,
      { Query: { [field]: () => ({ name: field, area: { code: 1 } }), now: () => '今' } },
    ];
    const whole = {
      Query: { here: () => ({ name: 'here', area: { code: 1 } }), there: () => ({ name: 'there', area: { code: 1 } }), now: () => '今' },
    };
    await tell({ one: teller('here'), two: teller('there') }, whole, async ({ same, asked }) => {
      await same('{ there { name area { code } } now }');
      expect(asked()).toEqual({ one: 0, two: 1 });
      await same('{ here { name } there { area { code __typename } } now }');
      expect(asked()).toEqual({ one: 1, two: 1 });
    });
  });
});

describe('@override', () => {
  const old: Teller = [
    `type Query { who: String share: String all: String none: String beta: String }`,
    { Query: Object.fromEntries(['who', 'share', 'all', 'none', 'beta'].map((name) => [name, () => 'old'])) },
  ];
  const young: Teller = [
    `type Query { who: String @override(from: "old") share: String @override(from: "old", label: "percent(40)")
       all: String @override(from: "old", label: "percent(100)") none: String @override(from: "old", label: "percent(0)")
       beta: String @override(from: "old", label: "beta") }`,
    { Query: Object.fromEntries(['who', 'share', 'all', 'none', 'beta'].map((name) => [name, () => 'young'])) },
  ];

  it('moves a field, wholly, for a share of requests, or by a label that is switched on', async () => {
    await tell({ old, young }, {}, async ({ ask }) => {
      expect((await ask('{ who all none beta }')).data).toEqual({ who: 'young', all: 'young', none: 'old', beta: 'old' });
      const answers = [];
      for (let i = 0; i < 120; i++) answers.push((await ask('{ share }')).data.share);
      const share = answers.filter((answer) => answer === 'young').length / answers.length;
      expect(share).toBeGreaterThan(0.15);
      expect(share).toBeLessThan(0.7);
    });
    await tell(
      { old, young },
      {},
      async ({ ask }) => {
        expect((await ask('{ who beta none }')).data).toEqual({ who: 'young', beta: 'young', none: 'old' });
      },
      { overrideLabels: ['beta', 'other'] },
    );
  });
});

describe('@inaccessible', () => {
  it('is no part of the graph and yet serves as key and requirement', async () => {
    const catalog: Teller = [
      `type Query { products(kind: Kind, secret: Int @inaccessible): [Product!] hidden: Hidden @inaccessible things: [Thing] }
       type Product implements Secret @key(fields: "code") { code: ID! @inaccessible name: String weight: Int @inaccessible }
       interface Secret @inaccessible { name: String } union Nothing @inaccessible = Hidden
       enum Kind { OPEN CLOSED @inaccessible } type Hidden @inaccessible { a: Int } union Thing = Product | Hidden
       input Filter { a: Int b: Int @inaccessible } extend type Query { filtered(by: Filter): Int }`,
      {
        Query: {
          products: () => PRODUCTS.map(({ id, ...rest }) => ({ code: id, ...rest })),
          things: () => [
            { __typename: 'Product', code: 'p1', name: '桌' },
            { __typename: 'Hidden', a: 1 },
          ],
          filtered: (_: never, { by }: { by: { a: number } }) => by.a,
        },
        Product: { __resolveReference: ({ code }: { code: string }) => ({ code, ...found({ id: code }) }) },
      },
    ];
    const shipping: Teller = [
      `type Product @key(fields: "code") { code: ID! weight: Int @external postage: Int @requires(fields: "weight") }`,
      { Product: { postage: ({ weight }: Product) => weight * 2 } },
    ];
    const whole = {
      Query: {
        products: () => PRODUCTS.map((product) => ({ ...product, postage: product.weight * 2 })),
        // What stands there is of a type that the graph does not have.
        things: () => [{ __typename: 'Product', name: '桌' }, null],
        filtered: (_: never, { by }: { by: { a: number } }) => by.a,
      },
    };
    await tell({ catalog, shipping }, whole, async ({ same, ask }) => {
      await same('{ products(kind: OPEN) { name postage } things { __typename ... on Product { name } } filtered(by: { a: 3 }) }');
      await same(getIntrospectionQuery());
      const misspelt = (await ask('{ products { wieght } }')).errors?.[0];
      for (const [text, name] of [
        ['{ products { weight } }', 'weight'],
        ['{ hidden { a } }', 'hidden'],
      ]) {
        const error = (await ask(text!)).errors?.[0];
        expect(error?.message).toBe(misspelt?.message.replace('wieght', name!).replace('Product', name === 'hidden' ? 'Query' : 'Product'));
        expect(error?.extensions.code).toBe(misspelt?.extensions.code);
      }
      for (const text of [
        '{ products(kind: CLOSED) { name } }',
        '{ products(secret: 1) { name } }',
        '{ things { ... on Hidden { a } } }',
        '{ filtered(by: { b: 1 }) }',
      ])
        expect((await ask(text)).errors?.[0]?.extensions.code, text).toBe('GRAPHQL_VALIDATION_FAILED');
    });
  });
});

describe('@interfaceObject', () => {
  it('adds fields to every type of an interface that it does not know', async () => {
    const MEDIA = [
      { __typename: 'Book', id: 'm1', title: '书', pages: 9, score: 20 },
      { __typename: 'Film', id: 'm2', title: '影', minutes: 90, score: 20 },
    ];
    const catalog: Teller = [
      `type Query { media: [Media!] } interface Media @key(fields: "id") { id: ID! title: String }
       type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
       type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }`,
      {
        Query: { media: () => MEDIA },
        Media: {
          __resolveReference: ({ id }: { id: string }) => MEDIA.find((each) => each.id === id),
          __resolveType: ({ __typename }: { __typename: string }) => __typename,
        },
        Book: { __resolveReference: ({ id }: { id: string }) => MEDIA.find((each) => each.id === id) },
        Film: { __resolveReference: ({ id }: { id: string }) => MEDIA.find((each) => each.id === id) },
      },
    ];
    const scores: Teller = [
      `type Query { top: [Media] } type Media @key(fields: "id") @interfaceObject { id: ID! score: Int }`,
      {
        Query: { top: () => [{ id: 'm2' }, { id: 'm1' }] },
        Media: { score: ({ id }: { id: string }) => id.length * 10 },
      },
    ];
    const whole = { Query: { media: () => MEDIA, top: () => [MEDIA[1], MEDIA[0]] } };
    await tell({ catalog, scores }, whole, async ({ same }) => {
      await same('{ media { score title } }');
      await same('{ top { score __typename title ... on Book { pages s: score } ... on Film { minutes score } } }');
      await same('{ top { score } media { kind: __typename ... on Film { score } title } }');
      await same('{ top { ... on Book { __typename } } }');
    });
  });
});
