import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineCall } from '../../tools/lib/engine-api.mjs';
import { busyboxTar } from '../integration/real-engine.js';
import { TinyRegistry } from '../integration/tiny-registry.js';
import type { Answer, ApiClient, ImageView } from '../lib/api-client.js';
import { stockClients, type StockClients } from '../lib/clients.js';
import { PATIENT } from '../lib/commands.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { eventually } from '../lib/eventually.js';

let service: EmbeddedService;
let admin: ApiClient;
let demo: ApiClient;
let registry: TinyRegistry;
let domain: string;
let host: string;

beforeAll(async () => {
  service = await startEmbedded();
  [admin, demo] = [await service.client('admin'), await service.client('demo')];
  registry = new TinyRegistry(Buffer.concat([await busyboxTar(), randomBytes(1024)]));
  domain = await registry.start(service.engine);
  const { hosts } = await admin.call<{ hosts: { hostname: string }[] }>('GET', '/hosts');
  host = hosts[0]!.hostname;
});

afterAll(async () => {
  await demo?.deleteAll();
  for (const name of ['one', 'two', 'stock', 'osc', 'used', 'killed'])
    await engineCall(service.engine.socket, 'DELETE', `/images/${domain}/${name}:latest?force=true`).catch(() => undefined);
  await registry?.stop();
  await service?.purge();
});

const codeOf = ({ body }: Answer): string => (body as { errors: { code: string }[] }).errors[0]!.code;
const show = (uuid: string): Promise<ImageView> => admin.call('GET', `/images/${uuid}`);
const list = async (): Promise<ImageView[]> => (await admin.call<{ images: ImageView[] }>('GET', '/images')).images;
const pull = (name: string): Promise<Answer<ImageView>> =>
  admin.request<ImageView>('POST', '/images', { body: { repo: `${domain}/${name}`, host } });
const isAtEngine = async (name: string): Promise<boolean> =>
  engineCall(service.engine.socket, 'GET', `/images/${domain}/${name}:latest/json`).then(
    () => true,
    () => false,
  );

async function becomes(uuid: string, status: string): Promise<ImageView> {
  return eventually(
    () => show(uuid),
    (image) => image.status === status,
    { describe: `image ${status}` },
  );
}

async function isGone(uuid: string): Promise<void> {
  await eventually(list, (images) => images.every((image) => image.uuid !== uuid), { describe: 'the image is off the list' });
}

describe('an image', () => {
  it('is pulled to a host, shown, listed and removed there', async () => {
    const { status, body, headers } = await pull('one');
    expect([status, headers.get('location')]).toEqual([202, `${admin.url}/images/${body.uuid}`]);
    expect(body).toMatchObject({ repo: `${domain}/one`, tag: 'latest', image_id: null, size: null, host, status: 'Pulling' });
    const image = await becomes(body.uuid, 'Available');
    expect(image).toMatchObject({ image_id: expect.stringMatching(/^sha256:/) as string, status_reason: null });
    expect(Number(image.size)).toBeGreaterThan(1024);
    expect(await list()).toContainEqual(image);
    expect(await isAtEngine('one')).toBe(true);
    const again = await pull('one');
    expect([again.status, codeOf(again)]).toEqual([409, 'container.image-already-exists']);
    const deleted = await admin.request('DELETE', `/images/${body.uuid}`);
    expect([deleted.status, deleted.text]).toEqual([200, 'null']);
    await isGone(body.uuid);
    expect(await isAtEngine('one')).toBe(false);
  });

  it('is pulled although the service is killed in the middle', async () => {
    registry.delayMs = 100;
    const { body } = await pull('killed');
    await eventually(
      () => show(body.uuid),
      ({ status_reason }) => /Pulling .*%/.test(status_reason ?? ''),
      { describe: 'progress' },
    );
    await service.kill();
    registry.delayMs = 0;
    await service.start();
    await becomes(body.uuid, 'Available');
    await admin.request('DELETE', `/images/${body.uuid}`);
    await isGone(body.uuid);
  });

  it('that the engine had before stays there when it is removed from the list', async () => {
    await engineCall(service.engine.socket, 'POST', `/images/create?fromImage=${domain}/two&tag=latest`);
    await eventually(
      () => isAtEngine('two'),
      (there) => there,
      { describe: 'the engine has it' },
    );
    const { body } = await pull('two');
    await becomes(body.uuid, 'Available');
    await admin.request('DELETE', `/images/${body.uuid}`);
    await isGone(body.uuid);
    expect(await isAtEngine('two')).toBe(true);
    // The engine would only take one name of two from an image that a container uses.
    await engineCall(service.engine.socket, 'DELETE', `/images/${domain}/two:latest`);
  });

  it('that a container is made from is kept, and says why', async () => {
    const { body } = await pull('used');
    await becomes(body.uuid, 'Available');
    const { uuid } = await demo.run({ image: `${domain}/used`, command: PATIENT });
    await demo.reaches(uuid, 'Running');
    await admin.request('DELETE', `/images/${body.uuid}`);
    const kept = await eventually(
      () => show(body.uuid),
      ({ status_reason }) => status_reason !== null,
      { describe: 'a reason' },
    );
    expect(kept).toMatchObject({ status: 'Available', status_reason: expect.stringMatching(/container/) as string });
    await demo.deleteAll();
    await admin.request('DELETE', `/images/${body.uuid}`);
    await isGone(body.uuid);
  });

  it('that cannot be pulled says why, and may be tried again', async () => {
    const body = { repo: 'no-such.invalid/none', host };
    const first = await admin.call<ImageView>('POST', '/images', body);
    expect(await becomes(first.uuid, 'Error')).toMatchObject({ size: null, status_reason: expect.stringMatching(/./) as string });
    const second = await admin.call<ImageView>('POST', '/images', body);
    expect(second).toMatchObject({ uuid: first.uuid, status: 'Pulling' });
    await becomes(first.uuid, 'Error');
    await admin.request('DELETE', `/images/${first.uuid}`);
    await isGone(first.uuid);
  });

  it.each([
    ['an unknown host', { repo: 'busybox', host: 'nowhere' }, 'container.invalid-value'],
    ['a name that is none', { repo: 'UPPER CASE', host: 'here' }, 'container.invalid-value'],
    ['no host', { repo: 'busybox' }, 'container.schema-validation-error'],
    ['a size that is none', { repo: 'busybox', host: 'here', size: '1x' }, 'container.schema-validation-error'],
    ['something else', { repo: 'busybox', host: 'here', color: 'red' }, 'container.schema-validation-error'],
  ])('is refused with %s', async (_what, body, code) => {
    const answer = await admin.request('POST', '/images', { body });
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
  });

  it('that is not there is 400, as in Zun', async () => {
    const byUuid = await admin.request('GET', '/images/7d0f9c2e-0000-4000-8000-000000000000');
    expect([byUuid.status, codeOf(byUuid)]).toEqual([400, 'container.image-not-found']);
    expect((await admin.request('GET', '/images/busybox')).status).toBe(400);
  });
});

describe('a search', () => {
  it('answers a list, or that the registry is out of reach', async () => {
    const { status, body } = await demo.request('GET', '/images/busybox/search?exact_match=true');
    if (status === 200) expect((body as { name: string }[]).every(({ name }) => name === 'busybox')).toBe(true);
    else expect([status, codeOf({ body } as Answer)]).toEqual([409, 'container.registry-unavailable']);
  });
  it('refuses an unknown driver', async () => {
    expect((await demo.request('GET', '/images/busybox/search?image_driver=floppy')).status).toBe(400);
  });
});

describe('the stock clients', () => {
  let clients: StockClients;

  beforeAll(async () => {
    clients = await stockClients(service.credentials('admin'));
  });

  const find = async (name: string): Promise<ImageView> => (await list()).find((image) => image.repo === `${domain}/${name}`)!;

  it('zun pull, image-list, image-show, image-delete', async () => {
    await clients.zun('pull', `${domain}/stock`, host);
    const { uuid } = await find('stock');
    await becomes(uuid, 'Available');
    expect(await clients.zun('image-list')).toContain(uuid);
    expect(await clients.zun('image-show', uuid)).toContain('sha256:');
    await clients.zun('image-delete', uuid);
    await isGone(uuid);
  });

  it('openstack appcontainer image pull, list, show, delete', async () => {
    await clients.openstack('appcontainer', 'image', 'pull', `${domain}/osc`, host);
    const { uuid } = await find('osc');
    await becomes(uuid, 'Available');
    const rows = await clients.json<{ uuid: string; repo: string }[]>('appcontainer image list');
    expect(rows).toContainEqual(expect.objectContaining({ uuid, repo: `${domain}/osc` }));
    expect(await clients.json('appcontainer image show', uuid)).toMatchObject({ uuid, repo: `${domain}/osc` });
    await clients.openstack('appcontainer', 'image', 'delete', uuid);
    await isGone(uuid);
  });

  it('zun image-search says it plainly when no registry is within reach', async () => {
    const { code, stdout, stderr } = await clients.attempt('zun', 'image-search', 'busybox');
    if (code === 0) expect(stdout).toContain('busybox');
    else expect(stderr).toContain('could not be searched');
  });
});
