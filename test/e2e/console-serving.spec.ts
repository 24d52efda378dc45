import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';

const originOf = async (service: EmbeddedService): Promise<string> => (await service.client('demo')).url.replace(/\/v1$/, '');

let service: EmbeddedService;
let origin: string;

beforeAll(async () => {
  service = await startEmbedded();
  origin = await originOf(service);
});
afterAll(() => service?.purge());

describe('the files of the console', () => {
  const page = (headers: Record<string, string> = {}): Promise<Response> => fetch(`${origin}/console/`, { headers });

  it('are a page that runs no inline script, loads from here only, and is asked for anew each time', async () => {
    const { headers, status } = await page();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    const policy = headers.get('content-security-policy')!.split('; ');
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]));
  });

  it('and what it loads, which is kept for good, packed, and sent once', async () => {
    const files = [...(await (await page()).text()).matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, file]) => file!);
    expect(files.map((file) => file.replace(/.*\./, '')).sort()).toEqual(['css', 'js', 'svg']);
    for (const file of files) {
      const answer = await fetch(`${origin}/console/${file}`);
      expect(answer.status, file).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(answer.headers.get('content-encoding')).toBe('gzip');
      const etag = answer.headers.get('etag')!;
      expect((await fetch(`${origin}/console/${file}`, { headers: { 'If-None-Match': etag } })).status).toBe(304);
    }
  });

  it('are found below the path without a slash, too', async () => {
    const answer = await fetch(`${origin}/console`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'console/']);
  });

  it.each(['/console/assets/none.js', '/console/assets/..%2findex.html', '/console/__proto__', '/console/assets/'])(
    'are no others: %s',
    async (path) => {
      const status = (await fetch(`${origin}${path}`)).status;
      expect([401, 404]).toContain(status);
    },
  );
});

describe('signing in', () => {
  const post = async (path: string, body: unknown, token?: string): Promise<{ status: number; text: string }> => {
    const headers = { 'Content-Type': 'application/json', ...(token === undefined ? {} : { 'X-Auth-Token': token }) };
    const answer = await fetch(`${origin}/console/api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, text: await answer.text() };
  };
  const signIn = (body: unknown): ReturnType<typeof post> => post('sign-in', body);

  it('gives a token that the API takes, the project it is for, and the others', async () => {
    const { username: user, password } = service.credentials('demo');
    const answer = await signIn({ user, password });
    expect(answer.status).toBe(200);
    const session = JSON.parse(answer.text) as { token: string; project: { id: string; name: string } };
    expect(session).toMatchObject({
      user: { name: 'demo' },
      project: { name: 'demo' },
      roles: ['member', 'reader'],
      projects: [{ name: 'demo' }],
    });
    const list = await fetch(`${origin}/v1/containers`, { headers: { 'X-Auth-Token': session.token } });
    expect(list.status).toBe(200);
    expect((await post('projects', { project_id: session.project.id }, session.token)).status).toBe(200);
    expect((await post('projects', { project_id: 'of-another' }, session.token)).status).toBe(401);
    expect((await post('sign-out', undefined, session.token)).status).toBe(204);
    expect((await fetch(`${origin}/v1/containers`, { headers: { 'X-Auth-Token': session.token } })).status).toBe(401);
  });

  it.each([
    [{ user: 'demo' }, 'password: must be a text of 1 to 4096 characters'],
    [{ user: '', password: 'x' }, 'user: must be a text of 1 to 255 characters'],
    [{ user: 'u'.repeat(256), password: 'x' }, 'user: must be'],
    [{ user: 'u', password: 'x', project: 7 }, 'project: must be'],
    [{ user: ['u'], password: { a: 1 } }, 'user: must be'],
    [['user'], 'The body must be a JSON object.'],
  ])('refuses %j by field and rule', async (body, detail) => {
    const { status, text } = await signIn(body);
    expect(status).toBe(400);
    expect(text).toContain(detail);
  });

  it('tells those who guess a password to wait, and nobody else', async () => {
    const answers = [];
    for (let attempt = 0; attempt < 11; attempt += 1) answers.push(await signIn({ user: 'victim', password: String(attempt) }));
    expect(answers.slice(0, 10).map(({ status }) => status)).toEqual(Array(10).fill(401));
    expect(answers[0]?.text).toContain('The user or the password is wrong.');
    expect(answers[10]?.status).toBe(429);
    expect(answers[10]?.text).toContain('More than 10 attempts to sign in within a minute. Try again in');
    const { username: user, password } = service.credentials('admin');
    expect((await signIn({ user, password })).status).toBe(200);
  });
});

it('is not there when an operator turns it off', async () => {
  const without = await startEmbedded({ settings: { api: { enable_console: 'false' } } });
  try {
    const there = await originOf(without);
    for (const path of ['/console', '/console/', '/console/assets/a.js']) {
      expect((await fetch(`${there}${path}`, { redirect: 'manual' })).status, path).toBe(404);
    }
    expect((await fetch(`${there}/console/api/sign-in`, { method: 'POST' })).status).toBe(404);
  } finally {
    await without.purge();
  }
});
