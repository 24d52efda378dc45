import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';

const originOf = async (service: EmbeddedService): Promise<string> => (await service.client('demo')).url.replace(/\/v1$/, '');

describe('the description of the API', () => {
  let service: EmbeddedService;
  let origin: string;

  beforeAll(async () => {
    service = await startEmbedded();
    origin = await originOf(service);
  });
  afterAll(() => service?.purge());

  it('is an OpenAPI document that needs no token', async () => {
    const answer = await fetch(`${origin}/v1/openapi.json`);
    expect(answer.headers.get('content-type')).toBe('application/json');
    const document = (await answer.json()) as { openapi: string; paths: Record<string, unknown> };
    expect(document.openapi).toBe('3.1.0');
    expect(document.paths).toHaveProperty(['/v1/containers/{ident}']);
  });

  it('is a page that loads everything it needs from here, and runs no inline script', async () => {
    const page = await fetch(`${origin}/docs/`);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect((await fetch(`${origin}${file}`)).status, file).toBe(200);
    expect(html).not.toMatch(/<script>/);
  });

  it.each(['/docs/package.json', '/docs/..%2fpackage.json', '/docs/__proto__'])('gives nothing else: %s', async (path) => {
    expect((await fetch(`${origin}${path}`)).status).toBe(404);
  });
});

it('is not there when an operator turns it off', async () => {
  const service = await startEmbedded({ settings: { api: { enable_docs: 'false' } } });
  try {
    const origin = await originOf(service);
    for (const path of ['/docs', '/docs/start.js', '/v1/openapi.json']) {
      expect((await fetch(`${origin}${path}`)).status, path).toBe(404);
    }
  } finally {
    await service.purge();
  }
});
