/**
 * A value that breaks a rule of the domain (§3.1, §3.5).
 *
 * `code` is one of the registry of error codes; `message` (the same as `messageZh`) is for people, `messageEn` its English twin.
 * `details` names the value and the limit, never a person.
 */
export class ValueError extends Error {
  readonly code: string;
  readonly messageZh: string;
  readonly messageEn: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: string, messageZh: string, messageEn: string, details?: Readonly<Record<string, unknown>>) {
    super(messageZh);
    this.name = 'ValueError';
    this.code = code;
    this.messageZh = messageZh;
    this.messageEn = messageEn;
    this.details = details;
  }
}

/** Something less than an error: the value is taken, and the caller hears about it (`extensions.warnings`, §3.1). */
export interface ValueWarning {
  readonly code: string;
  readonly message: string;
  readonly messageEn: string;
  readonly details?: Readonly<Record<string, unknown>>;
}
