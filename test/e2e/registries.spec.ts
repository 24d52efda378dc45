import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineCall } from '../../tools/lib/engine-api.mjs';
import { busyboxTar } from '../integration/real-engine.js';
import { TinyRegistry } from '../integration/tiny-registry.js';
import type { Answer, ApiClient, ContainerView } from '../lib/api-client.js';
import { PATIENT } from '../lib/commands.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { eventually } from '../lib/eventually.js';

const PASSWORD = 'correct-horse-battery';

interface RegistryView {
  readonly uuid: string;
  readonly name: string | null;
  readonly domain: string;
}

let service: EmbeddedService;
let demo: ApiClient;
let admin: ApiClient;
/** Wants joe and {@link PASSWORD}. */
let server: TinyRegistry;
let domain: string;

beforeAll(async () => {
  service = await startEmbedded();
  [demo, admin] = [await service.client('demo'), await service.client('admin')];
  server = new TinyRegistry(Buffer.concat([await busyboxTar(), randomBytes(1024)]));
  server.credentials = { username: 'joe', password: PASSWORD };
  domain = await server.start(service.engine);
});

afterAll(async () => {
  await demo?.deleteAll();
  await engineCall(service.engine.socket, 'DELETE', `/images/${domain}/private:latest?force=true`).catch(() => undefined);
  await server?.stop();
  await service?.purge();
});

const codeOf = ({ body }: Answer): string => (body as { errors: { code: string }[] }).errors[0]!.code;

async function add(registry: Record<string, string>, client = demo): Promise<RegistryView> {
  return (await client.call<{ registry: RegistryView }>('POST', '/registries', { registry })).registry;
}

const listed = async (query: string, client = demo): Promise<RegistryView[]> =>
  (await client.call<{ registries: RegistryView[] }>('GET', `/registries${query}`)).registries;

async function removeAll(): Promise<void> {
  for (const { uuid } of await listed('?all_projects=true', admin)) await admin.call('DELETE', `/registries/${uuid}`);
}

describe('a registry', () => {
  it('is made, shown, changed and deleted, and never shows its password', async () => {
    const made = await demo.request<{ registry: Record<string, unknown> & RegistryView }>('POST', '/registries', {
      body: { registry: { name: 'first', domain: 'd.example', username: 'joe', password: PASSWORD } },
    });
    const { uuid } = made.body.registry;
    const self = `${demo.url}/registries/${uuid}`;
    expect([made.status, made.headers.get('location')]).toEqual([201, self]);
    expect(made.body.registry).toEqual({
      links: [
        { href: self, rel: 'self' },
        { href: self.replace('/v1', ''), rel: 'bookmark' },
      ],
      uuid,
      name: 'first',
      domain: 'd.example',
      username: 'joe',
      password: '***',
      project_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      user_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    expect(await demo.call('GET', '/registries/first')).toEqual(made.body);
    const changed = await demo.request('PATCH', `/registries/${uuid}`, { body: { registry: { domain: 'e.example' } } });
    expect(changed.body).toEqual({ registry: { ...made.body.registry, domain: 'e.example' } });
    const { registries, next } = await demo.call<{ registries: RegistryView[]; next: null }>('GET', '/registries');
    expect({ ...registries[0], links: made.body.registry.links }).toEqual({ ...made.body.registry, domain: 'e.example' });
    expect([registries.length, next, 'links' in registries[0]!]).toEqual([1, null, false]);
    const gone = await demo.request('DELETE', '/registries/first');
    expect([gone.status, gone.text, gone.headers.get('content-type')]).toEqual([204, '', null]);
    expect(codeOf(await demo.request('GET', `/registries/${uuid}`))).toBe('container.registry-not-found');
  });

  it('needs a domain only, and says *** even without a password', async () => {
    const made = await add({ domain: 'd.example' });
    expect(made).toMatchObject({ name: null, username: null, password: '***', domain: 'd.example' });
    expect(await demo.call('PATCH', `/registries/${made.uuid}`, { registry: {} })).toMatchObject({ registry: made });
    await removeAll();
  });

  it('is not found by a name that two have', async () => {
    await add({ name: 'twin', domain: 'a.example' });
    await add({ name: 'twin', domain: 'b.example' });
    const answer = await demo.request('GET', '/registries/twin');
    expect([answer.status, codeOf(answer)]).toEqual([409, 'container.conflict']);
    const create = await demo.request('POST', '/containers', { body: { image: 'busybox', registry: 'twin' } });
    expect([create.status, codeOf(create)]).toEqual([409, 'container.conflict']);
    await removeAll();
  });

  it('is refused with a bad part, naming it and hiding the password', async () => {
    const body = { registry: { domain: 5, password: PASSWORD } };
    const answer = await demo.request('POST', '/registries', { body });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'container.schema-validation-error']);
    expect(answer.text).toContain("'registry.domain'");
    expect(answer.text).not.toContain(PASSWORD);
  });
});

describe('a list', () => {
  it('is filtered, sorted and paged, and keeps to the project', async () => {
    const other = await service.client('other');
    await add({ name: 'cc', domain: 'one.example' });
    await add({ name: 'aa', domain: 'two.example', username: 'joe' });
    await add({ domain: 'two.example' });
    await add({ name: 'zz', domain: 'two.example' }, other);
    const names = async (query: string, client?: ApiClient): Promise<(string | null)[]> =>
      (await listed(query, client)).map(({ name }) => name);
    expect(await names('')).toEqual(['cc', 'aa', null]);
    expect(await names('?domain=two.example')).toEqual(['aa', null]);
    expect(await names('?username=joe&name=aa')).toEqual(['aa']);
    expect(await names('?sort_key=name')).toEqual([null, 'aa', 'cc']);
    expect(await names('?sort_key=name&sort_dir=desc')).toEqual(['cc', 'aa', null]);
    expect(await names('', other)).toEqual(['zz']);
    expect(await names('', admin)).toEqual([]);
    expect(await names('?all_projects=1&domain=two.example', admin)).toEqual(['aa', null, 'zz']);
    expect(codeOf(await demo.request('GET', '/registries?all_projects=1'))).toBe('container.policy-not-authorized');
    const seen: (string | null)[] = [];
    for (let next: string | null = '/registries?sort_key=name&limit=1'; next !== null;) {
      const page: { registries: RegistryView[]; next: string | null } = await demo.call('GET', next);
      seen.push(...page.registries.map(({ name }) => name));
      next = page.next?.slice(demo.url.length) ?? null;
    }
    expect(seen).toEqual([null, 'aa', 'cc']);
    await removeAll();
  });
});

describe('a container of a registry', () => {
  const image = { image: 'private', command: PATIENT, registry: 'mine' };

  async function failure(request: Record<string, unknown>): Promise<string | null> {
    const { uuid } = await demo.create(request);
    const seen = await eventually(
      () => demo.container(uuid),
      ({ status }) => status === 'Error',
      { describe: 'it fails' },
    );
    await demo.deleteAll();
    return seen.status_reason;
  }

  it('is pulled from there with its password, which lies nowhere in clear', async () => {
    const { uuid } = await add({ name: 'mine', domain, username: 'joe', password: PASSWORD });
    const container = await demo.run(image);
    expect(container).toMatchObject({ registry_id: uuid, image: 'private' });
    await demo.reaches(container.uuid, 'Running');
    const answer = await demo.request('DELETE', '/registries/mine');
    expect([answer.status, codeOf(answer)]).toEqual([409, 'container.conflict']);
    expect(answer.text).toContain(container.uuid);

    expect(service.log()).not.toContain(PASSWORD);
    for (const file of readdirSync(service.home).filter((name) => name.includes('sqlite'))) {
      expect(readFileSync(join(service.home, file)).includes(PASSWORD), file).toBe(false);
    }
    await demo.deleteAll();
    await demo.call('DELETE', '/registries/mine');
  });

  it('is not made from what somebody else has pulled with a password', async () => {
    expect(await failure({ image: `${domain}/private`, command: ['true'] })).toMatch(/no basic auth|unauthorized|denied/i);
    await add({ name: 'mine', domain, username: 'joe', password: 'wrong' });
    expect(await failure(image)).toMatch(/no basic auth|unauthorized|denied/i);
  });

  it('gets a password that was changed', async () => {
    await demo.call('PATCH', '/registries/mine', { registry: { password: PASSWORD } });
    const { uuid } = await demo.run(image);
    await demo.reaches(uuid, 'Running');
    await demo.deleteAll();
  });

  it('is refused when there is none of the project, and when its domain is no address', async () => {
    const other = await service.client('other');
    for (const registry of ['mine', '00000000-0000-4000-8000-000000000000']) {
      const answer = await other.request<ContainerView>('POST', '/containers', { body: { ...image, registry } });
      expect([answer.status, codeOf(answer)]).toEqual([404, 'container.registry-not-found']);
    }
    await demo.call('PATCH', '/registries/mine', { registry: { domain: 'https://d.example/' } });
    const answer = await demo.request('POST', '/containers', { body: image });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'container.invalid-value']);
    expect(answer.text).toContain('registry');
    await removeAll();
  });
});
