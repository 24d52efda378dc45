import { createHash, randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { ServiceUnavailableError } from '@zun/domain';

/** About 50 ms and 16 MiB for one guess. */
const COST = { N: 16384, r: 8, p: 1 } as const;
const KEY_BYTES = 32;

/** Hashes run on the threads that file access needs too: two at a time leave some free, and the rest wait in line. */
const MAX_RUNNING = 2;
/** A line of some five seconds; who comes later is told to come again. */
const MAX_WAITING = 200;

/** @returns `scrypt$N$r$p$salt$key`, with the cost in it so that it can be raised later */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await deriveKey(password, salt, KEY_BYTES, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/**
 * Checks a password; always does the same work, so that time does not tell whether a user exists.
 * @param hash undefined for a user who does not exist
 * @throws ServiceUnavailableError when too many logins wait already
 */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, N, r, p, salt = '', stored = ''] = (hash ?? HASH_OF_NOBODY).split('$');
  const expected = Buffer.from(stored, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const key = await deriveKey(password, Buffer.from(salt, 'base64url'), expected.length, cost);
  return timingSafeEqual(key, expected) && hash !== undefined;
}

/** @returns a mark that changes with the password and tells nothing of it */
export function passwordStamp(hash: string): string {
  return createHash('sha256').update(hash).digest('base64url').slice(0, 11);
}

/** @returns a password of 120 random bits that can be read out and typed */
export function generatePassword(): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
  return Array.from(randomBytes(24), (byte) => alphabet[byte % alphabet.length]).join('');
}

const HASH_OF_NOBODY = [
  'scrypt',
  COST.N,
  COST.r,
  COST.p,
  'AAAAAAAAAAAAAAAAAAAAAA',
  Buffer.alloc(KEY_BYTES).toString('base64url'),
].join('$');

let running = 0;
const waiting: (() => void)[] = [];

async function deriveKey(password: string, salt: Buffer, length: number, cost: ScryptOptions): Promise<Buffer> {
  await enter();
  try {
    return await new Promise((resolve, reject) => {
      scrypt(password.normalize('NFKC'), salt, length, cost, (error, key) => (error ? reject(error) : resolve(key)));
    });
  } finally {
    leave();
  }
}

async function enter(): Promise<void> {
  if (running < MAX_RUNNING) {
    running++;
    return;
  }
  if (waiting.length >= MAX_WAITING) throw new ServiceUnavailableError('Too many logins at once. Please retry later.');
  await new Promise<void>((resolve) => waiting.push(resolve));
}

/** The place goes to the next in line directly, so that nobody can slip in between. */
function leave(): void {
  const next = waiting.shift();
  if (next) next();
  else running--;
}
