import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseKeys, SIGNATURE_HEADER, sign, Verifier } from '../../subgraphs/shared/src/signature.ts';

const secretOf = () => randomBytes(32).toString('base64');
const NOW = Date.UTC(2026, 5, 30, 8);
const BODY = Buffer.from('{"query":"{ area { name } }"}');
const oldKey = `k1:${secretOf()}`;
const newKey = `k2:${secretOf()}`;

/** A subgraph whose clock stands still unless the test moves it. */
function subgraphWith(keys: string) {
  const clock = { at: NOW };
  return { clock, verifier: new Verifier(parseKeys(keys), () => clock.at) };
}

describe('a request from the gateway', () => {
  it('is accepted once', () => {
    const { verifier } = subgraphWith(newKey);
    const headers = sign(parseKeys(newKey), 'POST', '/graphql', BODY, NOW);
    expect(verifier.verify(headers, 'POST', '/graphql', BODY)).toBe('OK');
  });

  it('is refused when it is replayed, at once and as long as its time is acceptable', () => {
    const { verifier, clock } = subgraphWith(newKey);
    const headers = sign(parseKeys(newKey), 'POST', '/graphql', BODY, NOW + 60_000);
    expect(verifier.verify(headers, 'POST', '/graphql', BODY)).toBe('OK');
    for (const later of [0, 1_000, 59_000, 119_000]) {
      clock.at = NOW + later;
      expect(verifier.verify(headers, 'POST', '/graphql', BODY)).toBe('REPLAYED');
    }
    clock.at = NOW + 125_000;
    expect(verifier.verify(headers, 'POST', '/graphql', BODY)).toBe('CLOCK');
  });

  it('remembers a nonce across a turn of its memory', () => {
    const { verifier, clock } = subgraphWith(newKey);
    clock.at = NOW + 121_000;
    const headers = sign(parseKeys(newKey), 'POST', '/graphql', BODY, clock.at);
    expect(verifier.verify(headers, 'POST', '/graphql', BODY)).toBe('OK');
    clock.at += 30_000;
    expect(verifier.verify(sign(parseKeys(newKey), 'POST', '/graphql', BODY, clock.at), 'POST', '/graphql', BODY)).toBe('OK');
    expect(verifier.verify(headers, 'POST', '/graphql', BODY)).toBe('REPLAYED');
  });

  it('is refused when a byte of its body, its path or its method changed', () => {
    const { verifier } = subgraphWith(newKey);
    const headers = sign(parseKeys(newKey), 'POST', '/graphql', BODY, NOW);
    const changed = Buffer.from(BODY);
    changed[10] = changed[10]! ^ 1;
    expect(verifier.verify(headers, 'POST', '/graphql', changed)).toBe('CHANGED');
    expect(verifier.verify(headers, 'POST', '/other', BODY)).toBe('CHANGED');
    expect(verifier.verify(headers, 'PUT', '/graphql', BODY)).toBe('CHANGED');
    expect(verifier.verify(headers, 'POST', '/graphql', BODY), 'a failed try uses no nonce up').toBe('OK');
  });

  it('is refused under a key id that was rotated out, and accepted during the rotation', () => {
    const headers = () => sign(parseKeys(oldKey), 'POST', '/graphql', BODY, NOW);
    expect(subgraphWith(`${newKey},${oldKey}`).verifier.verify(headers(), 'POST', '/graphql', BODY)).toBe('OK');
    expect(subgraphWith(newKey).verifier.verify(headers(), 'POST', '/graphql', BODY)).toBe('UNKNOWN_KEY');
  });

  it('is refused under the right key id with another secret', () => {
    const headers = sign(parseKeys(`k2:${secretOf()}`), 'POST', '/graphql', BODY, NOW);
    expect(subgraphWith(newKey).verifier.verify(headers, 'POST', '/graphql', BODY)).toBe('CHANGED');
  });

  it.each([-300, -61, 61, 300])('is refused when the clocks are %i s apart', (seconds) => {
    const headers = sign(parseKeys(newKey), 'POST', '/graphql', BODY, NOW + seconds * 1000);
    expect(subgraphWith(newKey).verifier.verify(headers, 'POST', '/graphql', BODY)).toBe('CLOCK');
  });

  it('is refused when its time was rewritten to look fresh', () => {
    const headers = sign(parseKeys(newKey), 'POST', '/graphql', BODY, NOW - 300_000);
    const forged = headers[SIGNATURE_HEADER]!.replace(/time=\d+/, `time=${NOW / 1000}`);
    expect(subgraphWith(newKey).verifier.verify({ [SIGNATURE_HEADER]: forged }, 'POST', '/graphql', BODY)).toBe('CHANGED');
  });

  it('is refused unsigned, and with anything that is not a signature', () => {
    const { verifier } = subgraphWith(newKey);
    expect(verifier.verify({}, 'POST', '/graphql', BODY)).toBe('UNSIGNED');
    for (const header of ['', 'v1', 'v2 keyId=k2 time=1 nonce=a mac=b', ['a', 'b'], 'x'.repeat(10_000)])
      expect(verifier.verify({ [SIGNATURE_HEADER]: header }, 'POST', '/graphql', BODY)).toBe('MALFORMED');
  });
});

describe('the keys of a subgraph', () => {
  it('are refused when they are weak, ambiguous or too many', () => {
    expect(() => parseKeys('k1:c2hvcnQ=')).toThrow('shorter than 32 bytes');
    expect(() => parseKeys(secretOf())).toThrow('id:base64');
    expect(() => parseKeys(`${newKey},${newKey}`)).toThrow('same id');
    expect(() => parseKeys(`${newKey},${oldKey},k3:${secretOf()}`)).toThrow('more than two');
  });
});
