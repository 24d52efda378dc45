import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a token says of itself. Everything else is looked up when it is checked. */
export interface TokenClaims {
  readonly userId: string;
  readonly projectId: string | null;
  /** How the user logged in, e.g. `password`. */
  readonly methods: readonly string[];
  /** Its own id, and that of the token it was made from. */
  readonly auditIds: readonly string[];
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Mark of the password that was in force. */
  readonly stamp: string;
  readonly applicationCredentialId: string | null;
}

/** Order of the claims in a token; names would make every request's header longer. */
type Wire = [string, string | null, readonly string[], readonly string[], number, number, string, string | null];

/** Makes and reads tokens: the claims in base64url, a dot, and their HMAC-SHA256. */
export class TokenCodec {
  constructor(private readonly key: Buffer) {}

  encode(claims: TokenClaims): string {
    const { userId, projectId, methods, auditIds, issuedAt, expiresAt, stamp, applicationCredentialId } = claims;
    const wire: Wire = [userId, projectId, methods, auditIds, issuedAt, expiresAt, stamp, applicationCredentialId];
    const text = Buffer.from(JSON.stringify(wire)).toString('base64url');
    return `${text}.${this.sign(text).toString('base64url')}`;
  }

  /** @returns null for a text that this key did not sign; says nothing of whether the token is still valid */
  decode(token: string): TokenClaims | null {
    const [text = '', signature = '', more] = token.split('.');
    if (more !== undefined || token.length > MAX_LENGTH) return null;
    // As texts: the last character of base64url has bits that mean nothing, and a token has one spelling only.
    const given = Buffer.from(signature);
    const expected = Buffer.from(this.sign(text).toString('base64url'));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    return fromWire(JSON.parse(Buffer.from(text, 'base64url').toString()) as Wire);
  }

  private sign(text: string): Buffer {
    return createHmac('sha256', this.key).update(text).digest();
  }
}

const MAX_LENGTH = 4096;

function fromWire([
  userId,
  projectId,
  methods,
  auditIds,
  issuedAt,
  expiresAt,
  stamp,
  applicationCredentialId,
]: Wire): TokenClaims {
  return { userId, projectId, methods, auditIds, issuedAt, expiresAt, stamp, applicationCredentialId };
}
