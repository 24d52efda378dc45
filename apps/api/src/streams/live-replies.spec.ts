import { EventEmitter } from 'node:events';
import type { TokenData, TokenValidator } from '@zun/auth';
import { FakeClock } from '@zun/testing';
import type { FastifyReply } from 'fastify';
import { beforeEach, expect, it } from 'vitest';
import type { ApiRequest } from '../http/api-call.js';
import { LiveReplies } from './live-replies.js';
import { OpenStreams } from './open-streams.js';

const HOUR_MS = 3_600_000;

let clock: FakeClock;
let counts: OpenStreams;
let live: LiveReplies;
let known: TokenData | null;
let raw: EventEmitter & { destroyed: boolean };

beforeEach(() => {
  clock = new FakeClock();
  counts = new OpenStreams(1);
  known = { expiresAt: clock.now() + HOUR_MS } as TokenData;
  const tokens: TokenValidator = { peek: () => known ?? undefined, validate: async () => known };
  live = new LiveReplies(counts, tokens, clock);
  raw = Object.assign(new EventEmitter(), { destroyed: false });
});

function begin(): AbortSignal {
  const request = { context: { projectId: 'p' }, headers: { 'x-auth-token': 't' } } as unknown as ApiRequest;
  return live.begin(request, { raw } as unknown as FastifyReply).signal;
}

it('end when their token does', async () => {
  const signal = begin();
  await clock.advance(HOUR_MS - 1);
  expect(signal.aborted).toBe(false);
  await clock.advance(1);
  expect(signal.reason).toBe('expired');
});

it('end soon after their token was revoked', async () => {
  const signal = begin();
  await clock.advance(60_000);
  expect(signal.aborted).toBe(false);
  known = null;
  await clock.advance(30_000);
  expect(signal.reason).toBe('expired');
});

it('end with the service', () => {
  const signal = begin();
  live.close();
  expect(signal.reason).toBe('stopping');
});

it('count until the client has left, and no longer', () => {
  const signal = begin();
  expect(() => begin()).toThrow(expect.objectContaining({ errorClass: 'too-many-requests' }));
  raw.emit('close');
  expect([signal.reason, counts.of('p')]).toEqual(['left', 0]);
});
