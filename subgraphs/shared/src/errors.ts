/**
 * What goes wrong and how a caller hears of it (overview §3.5): a code, a sentence in Chinese, the same in English, and details that name
 * limits and places, never a person. Whatever is not one of ours is a bug: it is logged and shown as INTERNAL_SERVER_ERROR.
 */
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { ValueError } from './domain/value-error.ts';
import { shown } from './shown.ts';

/** A code as people read it: both languages, and in one line when it is thrown (`schema/ERRORS.md`). */
export interface ErrorText {
  zh: string;
  en: string;
  when: string;
}

/** The codes that all subgraphs share; a department's own are in its `errors.ts`. */
export const COMMON_ERRORS = {
  UNAUTHENTICATED: { zh: '请先登录或出示凭证。', en: 'A credential is needed.', when: 'No credential, or one that cannot be verified.' },
  FORBIDDEN: {
    zh: '当前角色无权进行此操作。',
    en: 'Your role may not do this.',
    when: 'No role of the credential allows the field or the row.',
  },
  OUT_OF_AREA_SCOPE: {
    zh: '超出凭证所辖区域。',
    en: 'Outside the area of your credential.',
    when: 'The place of the object is none of the credential.',
  },
  PURPOSE_REQUIRED: {
    zh: '读取敏感信息须说明用途（X-Purpose）。',
    en: 'Reading sensitive data needs a purpose (X-Purpose).',
    when: 'A sensitive read without the header X-Purpose, or with another one than it needs.',
  },
  VARIANT_FORBIDDEN: {
    zh: '凭证不适用于此数据契约。',
    en: 'Your credential does not speak this variant of the graph.',
    when: 'The asked variant is not that of a role of the credential.',
  },
  NOT_FOUND: { zh: '没有找到。', en: 'Not found.', when: 'No such object, or none that the caller may see.' },
  VALIDATION_FAILED: { zh: '输入不符合要求。', en: 'The input is not valid.', when: 'A value breaks its format or range; field names it.' },
  RESULT_UNKNOWN: {
    zh: '结果未知：请用同一幂等键重试。',
    en: 'The result is unknown: repeat with the same idempotency key.',
    when: 'A command was sent and no answer came within the deadline.',
  },
  LIMIT_EXCEEDED: { zh: '超出限额。', en: 'A limit is exceeded.', when: 'More than details.limit was asked or sent.' },
  OVERLOADED: { zh: '系统繁忙，请稍后再试。', en: 'Too busy now, try again later.', when: 'The hub has more work than it can take.' },
  SUBSCRIPTION_TRANSPORT: {
    zh: '订阅须经 SSE 连接。',
    en: 'Subscriptions are served over SSE.',
    when: 'A subscription was sent where queries are served.',
  },
  GRAPHQL_PARSE_FAILED: { zh: '查询语法有误。', en: 'The query cannot be parsed.', when: 'The document is not GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: {
    zh: '查询不符合数据图的定义。',
    en: 'The query does not fit the schema.',
    when: 'The document does not fit the caller’s variant.',
  },
  VERSION_CONFLICT: {
    zh: '对象已被他人修改，请刷新后重试。',
    en: 'Somebody else changed it meanwhile: read it again.',
    when: 'expectedVersion is not details.version.',
  },
  INVALID_TRANSITION: {
    zh: '当前状态不允许此操作。',
    en: 'The present state does not allow this.',
    when: 'The state table has no such step from details.state.',
  },
  IDEMPOTENCY_KEY_REQUIRED: {
    zh: '缺少幂等键。',
    en: 'An idempotency key is needed.',
    when: 'idempotencyKey is not 8 to 64 characters.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    zh: '幂等键已用于不同的输入。',
    en: 'The idempotency key was used for another input.',
    when: 'The same client used the key for the same command with another input.',
  },
  RATE_LIMITED: { zh: '请求过于频繁。', en: 'Too many requests.', when: 'More requests than the client may send.' },
  COST_LIMIT_EXCEEDED: {
    zh: '查询成本超出上限。',
    en: 'The query costs more than is allowed.',
    when: 'The document costs more than the budget.',
  },
  DEPTH_LIMIT_EXCEEDED: {
    zh: '查询嵌套过深。',
    en: 'The query is nested too deeply.',
    when: 'The document is nested deeper than details.limit.',
  },
  PAGE_TOO_LARGE: { zh: '每页条数须在 1 至 200 之间。', en: 'A page has 1 to 200 items.', when: 'first is below 1 or above 200.' },
  QUERY_NOT_REGISTERED: {
    zh: '查询未登记。',
    en: 'The operation is not registered.',
    when: 'The client may send registered operations only.',
  },
  PERIOD_TOO_LONG: { zh: '统计期过长。', en: 'The period is too long.', when: 'A table or figure asks for more than it covers.' },
  EDITION_UNKNOWN: { zh: '没有此区划版本。', en: 'No such division edition.', when: 'No edition of this year was loaded.' },
  CRS_REQUIRED: { zh: '坐标须注明坐标系（crs）。', en: 'A point needs its coordinate system (crs).', when: 'A point came without crs.' },
  AREA_KIND_MISMATCH: {
    zh: '类别与区划代码段不符。',
    en: 'The kind contradicts the segment of the code.',
    when: 'Warning: an edition’s kind is not what its code says.',
  },
  LINEAGE_AMBIGUOUS: {
    zh: '区划沿革不明确，须人工选择。',
    en: 'The lineage is ambiguous and needs a choice.',
    when: 'A name is gone or new more than once in the same ring.',
  },
  CALENDAR_PROVISIONAL: {
    zh: '放假安排尚未公布，期限为暂定。',
    en: 'The calendar is not published yet: the deadline is provisional.',
    when: 'Warning: a day counted lies in a year without a published calendar.',
  },
  SOURCE_UNAVAILABLE: {
    zh: '数据来源暂时不可用。',
    en: 'The source is not available at the moment.',
    when: 'A department or its database does not answer.',
  },
  BREAKDOWN_NOT_ALLOWED: {
    zh: '该指标不支持此分组。',
    en: 'This figure has no such breakdown.',
    when: 'by names a dimension that the key does not have.',
  },
} as const satisfies Record<string, ErrorText>;

export type CommonCode = keyof typeof COMMON_ERRORS;
type Details = Readonly<Record<string, unknown>>;

const INTERNAL = { zh: '系统内部错误，已记录。', en: 'Internal error; it has been recorded.' };

/** What an error tells beside its sentences: the input field it is about, from below `input`, and limits or places, never a person. */
export interface About {
  field?: readonly string[];
  details?: Details;
}

/**
 * An error that its caller shall see, code, sentences and details. A department's own come from its `refuse`, see `errorsOf`.
 *
 *     throw new HubError('NOT_FOUND');
 *     throw new HubError('PAGE_TOO_LARGE', { first, limit: 200 });
 */
export class HubError extends Error {
  readonly code: string;
  readonly messageZh: string;
  readonly messageEn: string;
  readonly details: Details | undefined;
  readonly field: readonly string[] | undefined;

  constructor(code: CommonCode, details?: Details);
  constructor(code: string, messageZh: string, messageEn: string, details?: Details, field?: readonly string[]);
  constructor(code: string, second?: string | Details, messageEn?: string, details?: Details, field?: readonly string[]) {
    const own = typeof second === 'string' ? { zh: second, en: messageEn ?? second } : undefined;
    const text = own ?? (COMMON_ERRORS as Record<string, ErrorText>)[code] ?? INTERNAL;
    super(text.zh);
    this.name = 'HubError';
    this.code = code;
    this.messageZh = text.zh;
    this.messageEn = text.en;
    this.details = typeof second === 'string' ? details : second;
    this.field = field;
  }
}

/** Several refusals of one command at once: each becomes an entry in `errors`. */
export class Refusals extends Error {
  readonly list: readonly HubError[];
  constructor(list: readonly HubError[]) {
    super(list.map(({ code }) => code).join(', '));
    this.list = list;
  }
}

/**
 * A department's part of the registry, and what makes an error of it or of the common ones:
 *
 *     export const { ERRORS, refuse } = errorsOf({ SLOT_TAKEN: { zh: '该时段已被预约。', en: 'The slot is taken.', when: '…' } });
 *     throw refuse('SLOT_TAKEN', { field: ['from'], details: { slot } });
 */
export function errorsOf<const Own extends Record<string, ErrorText>>(own: Own) {
  const all: Record<string, ErrorText> = { ...COMMON_ERRORS, ...own };
  const refuse = (code: CommonCode | (keyof Own & string), { field, details }: About = {}): HubError => {
    const { zh, en } = all[code] as ErrorText;
    return new HubError(code, zh, en, details, field);
  };
  return { ERRORS: own, refuse };
}

/** The GraphQL error of one of ours: message in Chinese; code, messageEn and details in the extensions. */
export function toGraphQLError(error: HubError | ValueError): GraphQLError {
  return new GraphQLError(error.messageZh, { originalError: error, extensions: extensionsOf(error) });
}

/**
 * What Apollo Server sends for an error: ours as they are, refused queries with GraphQL's own sentence, everything else masked and logged.
 * Never a stack, SQL, an address.
 */
export function formatError(log: Pick<Logger, 'error'>): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const place = { ...(formatted.locations && { locations: formatted.locations }), ...(formatted.path && { path: formatted.path }) };
    const own = ownError(error);
    if (own) return { message: shown(own.messageZh), ...place, extensions: extensionsOf(own) };

    const refused = REFUSALS[String(formatted.extensions?.code)];
    if (refused) {
      const { zh, en } = COMMON_ERRORS[refused];
      const sentence = shown(formatted.message);
      const extensions = { code: refused, messageEn: `${en} ${sentence}` };
      return { message: `${zh}${sentence}`, ...place, extensions };
    }
    log.error({ path: formatted.path, err: causeOf(error) }, 'masked error');
    return { message: INTERNAL.zh, ...place, extensions: { code: 'INTERNAL_SERVER_ERROR', messageEn: INTERNAL.en } };
  };
}

/** Apollo Server's codes for what it refuses before a resolver runs; their messages quote the query, nothing of ours. */
const REFUSALS: Record<string, CommonCode> = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
  OPERATION_RESOLUTION_FAILURE: 'GRAPHQL_VALIDATION_FAILED',
  BAD_USER_INPUT: 'VALIDATION_FAILED',
  BAD_REQUEST: 'VALIDATION_FAILED',
};

const extensionsOf = ({ code, messageEn, details }: HubError | ValueError) => ({
  code,
  ...shown({ messageEn, ...(details && { details }) }),
});

/** The error of ours behind what GraphQL wrapped around it: scalars and resolvers both throw ours. */
function ownError(error: unknown): HubError | ValueError | undefined {
  const cause = causeOf(error);
  return cause instanceof HubError || cause instanceof ValueError ? cause : undefined;
}

function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}
