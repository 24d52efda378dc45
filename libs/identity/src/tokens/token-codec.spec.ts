import { describe, expect, it } from 'vitest';
import { TokenCodec, type TokenClaims } from './token-codec.js';

const CLAIMS: TokenClaims = {
  userId: 'u',
  projectId: null,
  methods: ['password'],
  auditIds: ['a'],
  issuedAt: 1,
  expiresAt: 2,
  stamp: 's',
  applicationCredentialId: null,
};
const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('a token', () => {
  const codec = new TokenCodec(Buffer.alloc(32, 7));
  const token = codec.encode(CLAIMS);

  it('says what it was made of', () => expect(codec.decode(token)).toEqual(CLAIMS));

  it('has one spelling: with any other last character it is none', () => {
    const spelled = [...CHARACTERS].map((last) => token.slice(0, -1) + last);
    expect(spelled.filter((text) => codec.decode(text) !== null)).toEqual([token]);
  });

  it.each([`${token}=`, `${token}.`, token.slice(0, -1), `.${token}`, ''])('is not %j', (text) => {
    expect(codec.decode(text)).toBeNull();
  });
});
