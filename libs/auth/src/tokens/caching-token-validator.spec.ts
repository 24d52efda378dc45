import { ServiceUnavailableError, systemClock } from '@zun/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import { CachingTokenValidator, type TokenCacheOptions } from './caching-token-validator.js';
import type { TokenData, TokenSource } from './token-source.js';

const HOUR = 3_600_000;
let now: number;
let source: FakeSource;

/** Knows tokens that begin with `good`; counts and delays as a test wants. */
class FakeSource implements TokenSource {
  asked: string[] = [];
  away = false;
  generation = 0;
  pending: Promise<void> | undefined;

  async validate(token: string, allowExpired: boolean): Promise<TokenData | null> {
    this.asked.push(token);
    const answer = this.answer(token, allowExpired);
    await this.pending;
    if (this.away) throw new ServiceUnavailableError('away');
    return answer;
  }

  revision(): number {
    return this.generation;
  }

  private answer(token: string, allowExpired: boolean): TokenData | null {
    const expired = token === 'expired';
    if (!token.startsWith('good') && !(expired && allowExpired)) return null;
    const project = { projectId: 'p', projectName: 'p', projectDomainId: 'default' };
    const expiresAt = expired ? now - 1 : now + HOUR;
    return { userId: token, userName: 'u', userDomainId: 'default', ...project, roles: ['member'], expiresAt };
  }
}

function validator(options: TokenCacheOptions = {}): CachingTokenValidator {
  return new CachingTokenValidator(source, { clock: { ...systemClock, now: () => now }, ...options });
}

beforeEach(() => {
  now = 1_000_000;
  source = new FakeSource();
});

describe('CachingTokenValidator', () => {
  it('asks once until the token expires', async () => {
    const tokens = validator();
    await tokens.validate('good');
    now += HOUR - 1;
    expect(await tokens.validate('good')).toMatchObject({ userId: 'good' });
    expect(tokens.peek('good')).toMatchObject({ userId: 'good' });
    expect(source.asked).toHaveLength(1);
    now += 1;
    expect(tokens.peek('good')).toBeUndefined();
    await tokens.validate('good');
    expect(source.asked).toHaveLength(2);
  });

  it.each([
    [60, 59_999, 1],
    [60, 60_000, 2],
    [0, 0, 2],
  ])('with a cache time of %d s, after %d ms it has asked %d times', async (cacheTime, later, times) => {
    const tokens = validator({ cacheTime });
    await tokens.validate('good');
    now += later;
    await tokens.validate('good');
    expect(source.asked).toHaveLength(times);
  });

  it('asks once for many at once', async () => {
    const tokens = validator();
    const all = await Promise.all(Array.from({ length: 50 }, () => tokens.validate('good')));
    expect(new Set(all).size).toBe(1);
    expect(source.asked).toHaveLength(1);
  });

  it('remembers a token that is not valid for ten seconds', async () => {
    const tokens = validator();
    expect([await tokens.validate('bad'), await tokens.validate('bad')]).toEqual([null, null]);
    expect(source.asked).toHaveLength(1);
    now += 10_000;
    await tokens.validate('bad');
    expect(source.asked).toHaveLength(2);
  });

  it('works on with what it knows while the source is away, and fails for the rest', async () => {
    const tokens = validator();
    await tokens.validate('good');
    source.away = true;
    expect(await tokens.validate('good')).not.toBeNull();
    await expect(tokens.validate('good2')).rejects.toBeInstanceOf(ServiceUnavailableError);
    source.away = false;
    expect(await tokens.validate('good2')).not.toBeNull();
  });

  it('forgets what was not used for longest', async () => {
    const tokens = validator({ maxEntries: 2 });
    for (const token of ['good1', 'good2', 'good1', 'good3']) await tokens.validate(token);
    expect(['good1', 'good2', 'good3'].map((token) => tokens.peek(token) !== undefined)).toEqual([true, false, true]);
  });

  it('is not emptied by somebody who makes up tokens', async () => {
    const tokens = validator({ maxEntries: 2 });
    await tokens.validate('good');
    for (let index = 0; index < 100; index++) await tokens.validate(`bad${index}`);
    expect(tokens.peek('good')).toBeDefined();
  });

  it('forgets all when the source says that something changed', async () => {
    const tokens = validator();
    await tokens.validate('good');
    source.generation++;
    expect(tokens.peek('good')).toBeUndefined();
  });

  it('does not remember an answer that was overtaken by a change', async () => {
    const tokens = validator();
    let release = (): void => undefined;
    source.pending = new Promise((resolve) => (release = resolve));
    const answer = tokens.validate('good');
    source.generation++;
    release();
    await answer;
    expect(tokens.peek('good')).toBeUndefined();
  });

  it('never remembers an expired token that a service vouched for', async () => {
    const tokens = validator();
    expect(await tokens.validate('expired')).toBeNull();
    expect(await tokens.validate('expired', { allowExpired: true })).toMatchObject({ userId: 'expired' });
    expect(await tokens.validate('expired')).toBeNull();
  });

  it.each(['', 'with blank', 'ünïcode', 'a\u0000b', 'x'.repeat(8193)])('does not bother the source with %j', async (token) => {
    expect(await validator().validate(token)).toBeNull();
    expect(source.asked).toEqual([]);
  });

  it('answers from the cache within microseconds', async () => {
    const tokens = validator();
    const token = `good${'x'.repeat(250)}`;
    await tokens.validate(token);
    const rounds = 20_000;
    const start = performance.now();
    for (let index = 0; index < rounds; index++) tokens.peek(token);
    // Some 2 µs; the bound only tells an accident, on a machine that others use too.
    expect(((performance.now() - start) * 1000) / rounds).toBeLessThan(30);
  });
});
