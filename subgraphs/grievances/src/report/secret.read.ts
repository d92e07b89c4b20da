import { createHash } from 'node:crypto';
import type { Context } from '../../../shared/src/context.ts';
import type { Crs } from '../../../shared/src/domain/geo.ts';
import { pinFrom } from './receipt.rules.ts';

// What the vault keeps of a report (§7.1, §10.2), by kind: WORDS as they were written and where exactly, IDENTITY of a reporter who gave it, LOGIN that
// sent the report, PIN as scrypt.

/** WORDS. */
export interface Words {
  title: string;
  text: string;
  place: { compoundName?: string | null; buildingLabel?: string | null; landmark?: string | null } | null;
  location: { lat: number; lng: number; crs: Crs; precision?: string | null } | null;
}
/** IDENTITY. */
export interface ReporterIdentity {
  name: string | null;
  phone: string | null;
  address: string | null;
  contactAllowed: boolean;
}

/** The caller's own login; an app that speaks without one for everybody has none. */
export const loginOf = ({ claims }: Pick<Context, 'claims'>): string | null =>
  claims.variant === 'RESIDENT' && claims.subject !== claims.client ? claims.subject : null;

/** Ids of the reports that the caller's login sent with its name; whoever reported anonymously is not remembered. */
export async function ownReports(ctx: Context): Promise<string[]> {
  const login = loginOf(ctx);
  return login === null ? [] : ctx.vault.find(ctx, 'LOGIN', login);
}

/** What a PIN can be derived from again: without it, when the key is no more, nobody can tell it. */
export interface PinSource {
  idempotencyKey: string;
  /** Tells one secret from another, and nothing about it. */
  secretMark: string;
}

const markOf = (secret: Buffer): string => createHash('sha256').update(secret).digest('base64url').slice(0, 8);

/** The PIN of a new receipt, and how to tell it again to who repeats the command. */
export function newPin(ctx: Context, receiptNo: string, idempotencyKey: string): { pin: string; source: PinSource } {
  const secret = ctx.vault.secretFor('pin');
  return { pin: pinFrom(secret, receiptNo, idempotencyKey), source: { idempotencyKey, secretMark: markOf(secret) } };
}

/** The same PIN again; null once the vault has another key. */
export function pinAgain(ctx: Context, receiptNo: string, { idempotencyKey, secretMark }: PinSource): string | null {
  const secret = ctx.vault.secretFor('pin');
  return markOf(secret) === secretMark ? pinFrom(secret, receiptNo, idempotencyKey) : null;
}
