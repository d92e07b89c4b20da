/** A department as the gateway's tests need it: a real HTTP server over a subgraph schema that can hang, lie and die on demand. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, execute, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';

type Resolver = (source: never, args: never, context: never, info: never) => unknown;
export type Resolvers = Record<string, Record<string, Resolver>>;

/** What a department does with a request. */
export type Mood =
  | 'ANSWERS'
  | 'HANGS'
  | 'HANGS_MIDWAY'
  | 'ACTS_AND_HANGS'
  | 'ACTS_AND_BREAKS'
  | 'BREAKS'
  | 'SENDS_HTML'
  | 'SENDS_500'
  | 'SENDS_503'
  | 'SENDS_401'
  | 'SENDS_EMPTY'
  | 'SENDS_LIST'
  | 'SENDS_WRONG_DATA'
  | 'SENDS_WRONG_TYPES'
  | 'SENDS_SHORT'
  | 'SENDS_MUCH'
  | 'SENDS_MORE'
  | 'THROWS';

export interface Asked {
  query: string;
  variables: Record<string, unknown>;
  extensions: Record<string, unknown> | undefined;
  headers: IncomingMessage['headers'];
  raw: Buffer;
}

const HEAD = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@tag", "@inaccessible", "@interfaceObject", "@composeDirective"])\n`;

/** What nobody asked for, under names that mean something to JavaScript. */
const MORE = JSON.parse(
  '{"extra":{"secret":"10.0.0.1"},"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"hasOwnProperty":1}',
);

export class Department {
  readonly name: string;
  readonly typeDefs: DocumentNode;
  readonly resolvers: Resolvers;
  readonly asked: Asked[] = [];
  mood: Mood = 'ANSWERS';
  delayMs = 0;
  /** The most requests that were in work here at one moment. */
  mostInWork = 0;
  /** Callers that went away before their answer. */
  left = 0;
  #inWork = 0;
  /** `extensions` of its answers. */
  said: Record<string, unknown> | undefined;
  readonly #schema: GraphQLSchema;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #held: ServerResponse[] = [];
  port = 0;

  constructor(name: string, sdl: string, resolvers: Resolvers, head = HEAD) {
    this.name = name;
    this.resolvers = resolvers;
    this.typeDefs = parse(head + sdl);
    this.#schema = buildSubgraphSchema([{ typeDefs: this.typeDefs, resolvers: resolvers as never }]);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/graphql`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Dies at once, connections and all. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  /** Forgets what it was asked and behaves. */
  reset(): void {
    this.asked.length = 0;
    this.mood = 'ANSWERS';
    this.delayMs = 0;
    this.mostInWork = 0;
    this.left = 0;
    this.said = undefined;
    for (const response of this.#held) response.destroy();
    this.#held = [];
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url === '/health/ready') {
      if (this.mood !== 'HANGS') response.end('{}');
      else this.#held.push(response);
      return;
    }
    const raw = Buffer.concat(chunks);
    const { query, variables, extensions } = JSON.parse(raw.toString()) as Asked;
    this.asked.push({ query, variables, extensions, headers: request.headers, raw });
    this.mostInWork = Math.max(this.mostInWork, ++this.#inWork);
    response.on('close', () => {
      this.#inWork--;
      if (!response.writableFinished) this.left++;
    });
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    if (this.#misbehaves(response)) return;
    const result = await this.#execute(query, variables);
    if (this.mood === 'SENDS_MORE') Object.assign(result.data ?? {}, MORE);
    if (this.mood === 'ACTS_AND_HANGS') this.#held.push(response);
    else if (this.mood === 'ACTS_AND_BREAKS') response.socket?.destroy();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
  }

  async #execute(query: string, variables: Record<string, unknown>) {
    const document = parse(query);
    const errors = validate(this.#schema, document);
    if (errors.length > 0) throw new Error(`${this.name} was asked nonsense: ${errors[0]!.message}\n${query}`);
    const result = await execute({ schema: this.#schema, document, variableValues: variables });
    return {
      ...result,
      extensions: this.said,
      errors: result.errors?.map((error) => ({ ...error.toJSON(), extensions: { code: 'INTERNAL_SERVER_ERROR', ...error.extensions } })),
    };
  }

  #misbehaves(response: ServerResponse): boolean {
    const json = (status: number, body: string) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      return true;
    };
    switch (this.mood) {
      case 'ANSWERS':
      case 'ACTS_AND_HANGS':
      case 'ACTS_AND_BREAKS':
      case 'SENDS_MORE':
        return false;
      case 'BREAKS':
        response.socket?.destroy();
        return true;
      case 'HANGS':
        this.#held.push(response);
        return true;
      case 'HANGS_MIDWAY':
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"data":');
        this.#held.push(response);
        return true;
      case 'SENDS_HTML':
        return json(200, '<html>nginx at 10.0.0.1</html>');
      case 'SENDS_500':
        return json(500, '{"errors":[{"message":"connect ECONNREFUSED 10.0.0.1:5432"}]}');
      case 'SENDS_503':
        return json(503, '{"message":"upstream 10.0.0.1 is down"}');
      case 'SENDS_401':
        return json(401, '{"errors":[{"message":"unsigned"}]}');
      case 'SENDS_EMPTY':
        return json(200, '{}');
      case 'SENDS_LIST':
        return json(200, '[1]');
      case 'SENDS_WRONG_DATA':
        return json(200, '{"data":{"_entities":"all"}}');
      case 'SENDS_WRONG_TYPES':
        return json(200, '{"data":{"slogan":{"a":1},"activities":"many"}}');
      case 'SENDS_SHORT':
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"data":{}}');
        response.socket?.end();
        return true;
      case 'SENDS_MUCH':
        return json(200, `{"data":{"slogan":"${'a'.repeat(20 * 1024 * 1024)}"}}`);
      case 'THROWS':
        return json(
          200,
          JSON.stringify({
            data: null,
            errors: [{ message: 'select * from person at 10.0.0.1', extensions: { stacktrace: ['at /srv/app.js:1'], serviceName: 'x' } }],
          }),
        );
    }
  }
}

/** An error of a subgraph that its caller may see. */
export const told = (code: string, message: string) => new GraphQLError(message, { extensions: { code, messageEn: code.toLowerCase() } });
