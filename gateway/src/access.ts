/** What a credential shows to `@authenticated`, `@requiresScopes` and `@policy` of a supergraph. */
import { type Access, NOBODY } from './engine/access.ts';
import { ANONYMOUS, type Identity } from './identity.ts';

/** A credential's roles are its scopes, its variant is the policy that it meets; without one there is neither. */
export function accessOf(identity: Identity | null): Access {
  if (!identity || identity.client === ANONYMOUS.client) return NOBODY;
  return { isAuthenticated: true, scopes: new Set(identity.roles), policies: new Set([identity.variant]) };
}
