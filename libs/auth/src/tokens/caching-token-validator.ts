import { hash } from 'node:crypto';
import { systemClock, type Clock } from '@zun/domain';
import { LruMap } from './lru-map.js';
import type { TokenData, TokenSource, TokenValidator } from './token-source.js';

export interface TokenCacheOptions {
  /** Seconds that a valid token is trusted without asking again. Null: until it expires. 0: not at all. Default null. */
  readonly cacheTime?: number | null;
  /** How many valid tokens are remembered; about 1 kB each. Default 20,000. */
  readonly maxEntries?: number;
  readonly clock?: Clock;
}

interface Valid {
  readonly data: TokenData;
  /** Milliseconds since the epoch until which it counts. */
  readonly until: number;
}

/** A client with a wrong token asks again and again; the source is asked this often. Also the longest that a new token stays unknown. */
const INVALID_MS = 10_000;
/** Apart from the valid ones, so that somebody who makes up tokens does not drive those out. */
const MAX_INVALID = 5_000;
/** Longer than any token; also keeps text out that is no header. */
const TOKEN_FORM = /^[\x21-\x7e]{1,8192}$/;

/** Asks a source once for each token, and remembers the answer. Keeps hashes of tokens, never tokens. */
export class CachingTokenValidator implements TokenValidator {
  private readonly valid: LruMap<Valid>;
  private readonly invalid = new LruMap<number>(MAX_INVALID);
  private readonly asked = new Map<string, Promise<TokenData | null>>();
  private readonly clock: Clock;
  private readonly cacheMs: number;
  private revision = 0;

  constructor(
    private readonly source: TokenSource,
    { cacheTime = null, maxEntries = 20_000, clock = systemClock }: TokenCacheOptions = {},
  ) {
    this.valid = new LruMap(maxEntries);
    this.cacheMs = cacheTime === null ? Infinity : cacheTime * 1000;
    this.clock = clock;
  }

  peek(token: string): TokenData | undefined {
    return this.lookUp(keyOf(token));
  }

  async validate(token: string, { allowExpired = false } = {}): Promise<TokenData | null> {
    const key = keyOf(token);
    const known = this.lookUp(key);
    if (known) return known;
    if (!TOKEN_FORM.test(token)) return null;
    const question = allowExpired ? `${key} expired` : key;
    if ((this.invalid.get(question) ?? 0) > this.clock.now()) return null;
    return this.ask(token, key, question, allowExpired);
  }

  private lookUp(key: string): TokenData | undefined {
    this.forgetOutdated();
    const found = this.valid.get(key);
    if (!found) return undefined;
    if (this.clock.now() < found.until) return found.data;
    this.valid.delete(key);
    return undefined;
  }

  /** Everybody who asks for a token while the source thinks gets the one answer. */
  private ask(token: string, key: string, question: string, allowExpired: boolean): Promise<TokenData | null> {
    const asked = this.asked.get(question);
    if (asked) return asked;
    const answer = this.askSource(token, key, question, allowExpired).finally(() => this.asked.delete(question));
    this.asked.set(question, answer);
    return answer;
  }

  private async askSource(token: string, key: string, question: string, allowExpired: boolean): Promise<TokenData | null> {
    const revision = this.revision;
    const data = await this.source.validate(token, allowExpired);
    if (revision !== this.currentRevision()) return data; // true a moment ago; not to be remembered
    const now = this.clock.now();
    if (!data) {
      this.invalid.set(question, now + INVALID_MS);
      return null;
    }
    const until = Math.min(data.expiresAt, now + this.cacheMs);
    if (until > now) this.valid.set(key, { data, until });
    return data;
  }

  private forgetOutdated(): void {
    const revision = this.currentRevision();
    if (revision === this.revision) return;
    this.revision = revision;
    this.valid.clear();
    this.invalid.clear();
  }

  private currentRevision(): number {
    return this.source.revision?.() ?? 0;
  }
}

function keyOf(token: string): string {
  return hash('sha256', token, 'base64');
}
