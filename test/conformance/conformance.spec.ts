import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, type Answer } from '../lib/api-client.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { flawOf } from '../lib/envelope.js';
import type { RawAnswer } from '../lib/raw-request.js';
import { DIFFERENCES, LEFT_OUT, type Difference } from './differences.js';
import { Fixtures } from './fixtures.js';
import { readRecorded, type Recorded } from './recorded.js';
import { disagreements, shapeOf } from './shape.js';

/** Of the requests that need no other service of OpenStack's. */
const MUST_AGREE = 0.99;

let service: EmbeddedService;
let fixtures: Fixtures;
const tokens = new Map<string, string>();
let url = '';

const rows = readRecorded().filter((row) => !LEFT_OUT.some(({ applies }) => applies(row)));

beforeAll(async () => {
  service = await startEmbedded({ settings: { quota: { containers: 10_000, memory: 1_000_000, cpu: 10_000, disk: 10_000 } } });
  for (const name of ['demo', 'admin', 'other'] as const) {
    const client = await service.client(name);
    tokens.set(name, client.token);
    url = client.url.replace(/\/v1$/, '');
  }
  tokens.set('bad', 'no-such-token');
  fixtures = new Fixtures(new ApiClient(`${url}/v1`, tokens.get('demo')!));
  await fixtures.restore();
});

afterAll(async () => {
  await service?.purge();
});

async function replay(row: Recorded): Promise<Answer> {
  const token = tokens.get(row.user) ?? null;
  const headers: Record<string, string> = {
    Accept: 'application/json',
    ...(row.version === undefined ? {} : { 'OpenStack-API-Version': row.version }),
  };
  const client = new ApiClient(url, token ?? '');
  const body = row.id === 'create/not-json' ? '{' : row.body;
  const answer = await client.request(row.method, fixtures.fill(row.path), { body, headers, version: null, token });
  if (row.method !== 'GET' && answer.status < 300) await fixtures.restore();
  return answer;
}

/** Everything in which an answer is not what Zun's was. */
function compare(row: Recorded, answer: Answer): string[] {
  if (answer.status !== row.status) return [`status ${row.status} there, ${answer.status} here: ${answer.text.slice(0, 200)}`];
  const given = { type: answer.headers.get('content-type'), effective: answer.headers.get('openstack-api-version') };
  const code = (answer.body as { errors?: { code: string }[] } | undefined)?.errors?.[0]?.code;
  const echoed = echoOf(row, answer.body);
  return [
    ...(given.type === (row.type ?? null) ? [] : [`content-type ${row.type} there, ${given.type} here`]),
    ...(given.effective === (row.effective ?? null) ? [] : [`version ${row.effective} there, ${given.effective} here`]),
    ...(row.code === code ? [] : [`code ${row.code} there, ${code} here`]),
    ...(row.shape === undefined || answer.text === '' ? [] : disagreements(row.shape, shapeOf(answer.body))),
    ...Object.entries(row.echo ?? {}).flatMap(([key, value]) =>
      isDeepStrictEqual(echoed[key], value)
        ? []
        : [`${key} is ${JSON.stringify(value)} there, ${JSON.stringify(echoed[key])} here`],
    ),
  ];
}

function echoOf({ body }: Recorded, answer: unknown): Record<string, unknown> {
  const isWrapped = typeof body === 'object' && body !== null && 'registry' in body && typeof body.registry === 'object';
  const inner = isWrapped ? (answer as { registry?: unknown }).registry : answer;
  return (inner ?? {}) as Record<string, unknown>;
}

function rawOf({ status, headers, text }: Answer): RawAnswer {
  return { status, headers: Object.fromEntries(headers), text };
}

function differenceOf(row: Recorded): Difference | undefined {
  return DIFFERENCES.find(({ ids }) => ids.includes(row.id));
}

describe('as Zun 18.0.0 answered', () => {
  it.each(rows.map((row) => [row.id, row] as const))('%s', async (_, row) => {
    const answer = await replay(row);
    if (row.path !== '/healthcheck') expect(flawOf(rawOf(answer), row.method)).toBeNull();
    const difference = differenceOf(row);
    const differs = compare(row, answer);
    if (difference) {
      expect(answer.status, difference.because).toBe(difference.status);
      expect(differs, 'no difference any more: take it off the list').not.toEqual([]);
    } else if (differs.length > 0) {
      expect.fail(`${row.method} ${row.path}: ${differs.join('; ')}`);
    }
  });
});

it('agrees with Zun, but where Zun failed', () => {
  const fair = rows.filter(({ status }) => status > 0 && status < 500);
  const differing = fair.filter((row) => differenceOf(row));
  expect(1 - differing.length / fair.length).toBeGreaterThanOrEqual(MUST_AGREE);
});

it('lists no difference twice or for nothing', () => {
  const listed = DIFFERENCES.flatMap(({ ids }) => ids);
  const known = new Set(rows.map(({ id }) => id));
  expect(listed.filter((id, index) => !known.has(id) || listed.indexOf(id) !== index)).toEqual([]);
});
