import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, Answer } from '../lib/api-client.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';

const LIMIT = 40;
const WINDOW_S = 3;

describe('a limit of requests', () => {
  let service: EmbeddedService;
  let demo: ApiClient;
  let admin: ApiClient;

  beforeAll(async () => {
    service = await startEmbedded({ settings: { api: { rate_limit: LIMIT, rate_limit_window: WINDOW_S } } });
    [demo, admin] = [await service.client('demo'), await service.client('admin')];
  });

  afterAll(() => service?.purge());

  const ask = (count: number): Promise<Answer[]> =>
    Promise.all(Array.from({ length: count }, () => demo.request('GET', '/containers')));

  it('refuses a token what is beyond it, says when to come back, and then answers again', async () => {
    await new Promise((resolve) => setTimeout(resolve, WINDOW_S * 1000));
    const answers = await ask(LIMIT + 10);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(LIMIT);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(10);
    const [{ headers, body }] = refused as [Answer];
    const wait = Number(headers.get('retry-after'));
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(WINDOW_S);
    expect(body).toMatchObject({ errors: [{ status: 429, title: 'Too Many Requests', request_id: '', links: [] }] });

    expect((await admin.request('GET', '/containers')).status).toBe(200);
    expect((await fetch(demo.url.replace(/v1$/, 'healthcheck'))).status).toBe(200);

    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    expect((await demo.request('GET', '/containers')).status).toBe(200);
  });
});
