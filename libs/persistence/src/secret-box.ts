import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Begins what is sealed, so that another way can come after it. */
const VERSION = 'v1:';

/** What was sealed cannot be opened: by another key, or it was changed since. */
export class SealBrokenError extends Error {
  constructor(cause: unknown) {
    super('a secret in the database was not sealed with [DEFAULT] auth_encryption_key, or was changed', { cause });
    this.name = 'SealBrokenError';
  }
}

/** Keeps secrets that are to lie in the database. */
export class SecretBox {
  private readonly key: Buffer;

  /** @param passphrase the operator's `auth_encryption_key` */
  constructor(passphrase: string) {
    this.key = Buffer.from(hkdfSync('sha256', passphrase, '', 'zun registry passwords', KEY_BYTES));
  }

  /** @param owner what the secret belongs to: it opens for nothing else */
  seal(secret: string, owner: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return VERSION + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** @throws SealBrokenError */
  open(text: string, owner: string): string {
    try {
      const bytes = Buffer.from(text.slice(VERSION.length), 'base64');
      const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv(ALGORITHM, this.key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new SealBrokenError(error);
    }
  }
}
