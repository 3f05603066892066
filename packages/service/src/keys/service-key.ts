/** Keys of the service: `rk_<id>_<secret>`, of which only a hash of the secret is kept. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { StoredKey } from '@ratchet/core';

export interface KeyParts {
  readonly id: string;
  readonly secret: string;
}

const form = /^rk_([a-z0-9]{1,32})_([A-Za-z0-9]{24,128})$/;

export function keyText({ id, secret }: KeyParts): string {
  return `rk_${id}_${secret}`;
}

/** undefined for anything that is no key. */
export function readKey(text: string): KeyParts | undefined {
  const match = form.exec(text);
  return match === null ? undefined : { id: match[1] as string, secret: match[2] as string };
}

/** Secrets are random and long, so that a fast hash is enough: there is nothing to guess. */
export function secretHash(secret: string): string {
  return hash('sha256', secret);
}

/** In the same time whatever differs, also where there is no such key. */
export function isSecretOf(secret: string, key: StoredKey | undefined): boolean {
  const expected = Buffer.from(key?.secretHash ?? ''.padStart(64, '0'), 'latin1');
  const given = Buffer.from(secretHash(secret), 'latin1');
  return expected.length === given.length && timingSafeEqual(expected, given) && key !== undefined;
}

/** In the same time wherever they differ; keys are of latin letters and digits. */
export function isSameSecret(secret: string, known: Buffer): boolean {
  return secret.length === known.length && timingSafeEqual(Buffer.from(secret, 'latin1'), known);
}

/** 32 and 8 random bytes in letters and digits; `bytes` is an adapter's, such as `randomBytes` of node:crypto. */
export function newKeyParts(bytes: (count: number) => Uint8Array): KeyParts {
  return { id: hexOf(bytes(8)), secret: hexOf(bytes(32)) };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
