import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiClient, ContainerView } from '../lib/api-client.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { flawOf } from '../lib/envelope.js';
import { fuzzRequest, PATIENT, SUBJECT, type FuzzRequest } from '../lib/fuzz-request.js';
import { rawRequest } from '../lib/raw-request.js';

const HOST = 'embedded-fuzz';
/** As many requests, or as many seconds, whichever is reached first. */
const REQUESTS = Number(process.env.ZUN_FUZZ_REQUESTS ?? 3_000);
const SECONDS = Number(process.env.ZUN_FUZZ_SECONDS ?? 60);
const SEED = Number(process.env.ZUN_FUZZ_SEED ?? 20_240_607);
/** Under way at the same time. */
const BATCH = 4;
/** After so many batches the subject of the requests is seen to. */
const TEND_EVERY = 3;

let service: EmbeddedService;

beforeAll(async () => {
  // Few containers, so that what the requests create stays within what an engine starts in that time.
  const settings = { DEFAULT: { host: HOST }, quota: { containers: 6 }, api: { max_body_bytes: 200_000 } };
  service = await startEmbedded({ settings });
});

afterAll(async () => {
  await service?.purge();
});

/** A container that most requests are about; one takes the place of another that was deleted. */
class Subject {
  private uuid = '';
  private requestId = '';
  private batches = 0;

  constructor(private readonly client: ApiClient) {}

  async tend(): Promise<void> {
    if (this.batches++ % TEND_EVERY !== 0) return;
    const seen = await this.client.request<ContainerView>('GET', `/containers/${this.uuid}`);
    if (this.uuid === '' || seen.status === 404 || seen.body.status === 'Error') await this.create();
    else if (seen.body.status === 'Stopped') await this.client.request('POST', `/containers/${this.uuid}/start`);
    else if (seen.body.status === 'Paused') await this.client.request('POST', `/containers/${this.uuid}/unpause`);
  }

  /** Makes room first: what the requests created counts against the quota, too. */
  private async create(): Promise<void> {
    await this.client.deleteAll(60_000);
    const answer = await this.client.request<ContainerView>('POST', '/containers?run=true', {
      body: { name: SUBJECT.name, image: 'busybox', command: PATIENT, memory: '16', cpu: 0.1 },
    });
    expect(answer.status).toBe(202);
    this.uuid = answer.body.uuid;
    this.requestId = answer.headers.get('x-openstack-request-id')!;
    await this.client.reaches(this.uuid, 'Running');
  }

  /** The request with what it stands for in it. */
  resolve(request: FuzzRequest): FuzzRequest {
    const known = { [SUBJECT.uuid]: this.uuid, [SUBJECT.requestId]: this.requestId, [SUBJECT.host]: HOST };
    const path = Object.entries(known).reduce((text, [mark, actual]) => text.replaceAll(hex(mark), hex(actual)), request.path);
    const token = request.headers['x-auth-token'] === 'the-token' ? this.client.token : request.headers['x-auth-token'];
    return { ...request, path, headers: { ...request.headers, ...(token === undefined ? {} : { 'x-auth-token': token }) } };
  }
}

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const hex = (text: string): string =>
  [...Buffer.from(text, 'utf8')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

async function demandAnswer(subject: Subject, given: FuzzRequest): Promise<number> {
  const request = subject.resolve(given);
  const said = `${request.method} ${request.path} ${JSON.stringify({ ...request.headers, 'x-auth-token': '…' })} ${request.body?.slice(0, 2_000)}`;
  const answer = await rawRequest(service.url(), request).catch((error: unknown) => {
    throw new Error(`no answer to ${said}: ${String(error)}`);
  });
  const flaw = flawOf(answer, request.method);
  if (flaw !== null) throw new Error(`${flaw} in the answer to ${said}: ${answer.status} ${answer.text.slice(0, 500)}`);
  return answer.status;
}

it.each(['demo', 'admin'] as const)(
  'answers whatever %s sends, in time and in form',
  async (who) => {
    say(`${who}: up to ${REQUESTS} requests or ${SECONDS} s, seed ${SEED}; ZUN_FUZZ_REQUESTS, _SECONDS and _SEED change that`);
    const client = await service.client(who);
    const subject = new Subject(client);
    const counts = new Map<number, number>();
    const property = fc.asyncProperty(fc.array(fuzzRequest, { minLength: BATCH, maxLength: BATCH }), async (batch) => {
      await subject.tend();
      const statuses = await Promise.all(batch.map((request) => demandAnswer(subject, request)));
      for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
    });
    await fc.assert(property, { seed: SEED, numRuns: Math.ceil(REQUESTS / BATCH), interruptAfterTimeLimit: SECONDS * 1000 });
    say(`${who}: answers by status ${JSON.stringify(Object.fromEntries(counts))}`);
    // Were all refused for one reason, this would test nothing.
    for (const status of [200, 202, 400, 404]) expect(counts.get(status) ?? 0, `answers ${status}`).toBeGreaterThan(10);
    await client.deleteAll(60_000);
  },
  (SECONDS * 2 + 120) * 1000,
);

it('still works', async () => {
  const demo = await service.client('demo');
  const { uuid } = await demo.run({ name: 'after', image: 'busybox', command: ['echo', 'still here'] });
  await demo.reaches(uuid, 'Stopped');
  expect(await demo.call('GET', `/containers/${uuid}/logs`)).toContain('still here');
  await demo.deleteAll();
});

it('failed at nothing, by its log', () => {
  const lines = service.log().split('\n');
  expect(lines.filter((line) => /a request failed|unhandled|uncaught/i.test(line)).slice(0, 5)).toEqual([]);
});
