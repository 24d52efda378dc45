import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineCall } from '../../tools/lib/engine-api.mjs';
import type { ApiClient, ContainerView, ImageView } from '../lib/api-client.js';
import { HOSTS, testCluster, type TestCluster } from '../lib/cluster.js';
import { PATIENT } from '../lib/commands.js';
import { makeImage } from '../lib/engine.js';
import { eventually } from '../lib/eventually.js';
import { GlanceUser, imageId, imageNames, savedImage, type GlanceView } from '../lib/glance.js';

type UserName = 'admin' | 'demo' | 'other';

const NOWHERE = '00000000-0000-4000-8000-000000000000';

let cluster: TestCluster;
let zun: Record<UserName, ApiClient>;
let glance: Record<UserName, GlanceUser>;
/** An image that says hello from Glance; its archive calls it `victim:latest`. */
let archive: Buffer;

beforeAll(async () => {
  cluster = await testCluster({ glance: true, hosts: HOSTS.slice(0, 2) });
  const names = ['admin', 'demo', 'other'] as const;
  const clients = await Promise.all(names.map(async (name) => [name, await cluster.client(name)] as const));
  zun = Object.fromEntries(clients) as Record<UserName, ApiClient>;
  const url = cluster.glance!.url;
  glance = Object.fromEntries(clients.map(([name, { token }]) => [name, new GlanceUser(url, token)])) as typeof glance;
  await makeImage(cluster.engine, 'victim:latest', ['echo', 'hello from Glance']);
  archive = await savedImage(cluster.engine, 'victim:latest');
  await engineCall(cluster.engine.socket, 'POST', '/images/busybox:latest/tag?repo=victim&tag=latest');
});

afterAll(async () => {
  await zun?.demo.deleteAll();
  await zun?.other.deleteAll();
  for (const user of Object.values(glance ?? {}))
    for (const { id } of await user.list()) await user.request('DELETE', `/images/${id}`);
  await cluster?.leave();
});

const errorOf = async (client: ApiClient, body: Record<string, unknown>): Promise<unknown[]> => {
  const { status, body: answer } = await client.request<{ errors: { detail: string }[] }>('POST', '/containers?run=true', {
    body,
  });
  return [status, answer.errors?.[0]?.detail];
};

/** What a container says that runs to its end. */
async function said(client: ApiClient, request: Record<string, unknown>): Promise<string> {
  const { uuid } = await client.run(request);
  await client.reaches(uuid, 'Stopped');
  return client.call<string>('GET', `/containers/${uuid}/logs`);
}

const fails = (client: ApiClient, uuid: string): Promise<ContainerView> =>
  eventually(
    () => client.container(uuid),
    ({ status }) => status === 'Error',
    { describe: `${uuid} fails`, timeoutMs: 60_000 },
  );

describe('an image of Glance', () => {
  let image: GlanceView;

  beforeAll(async () => {
    image = await glance.demo.upload('greeting', archive);
  });

  it('is run by its name, whatever tag is added, and by its uuid', async () => {
    for (const named of ['greeting', image.id, 'greeting:v7']) {
      expect(await said(zun.demo, { image: named, image_driver: 'glance' })).toBe('hello from Glance\n');
    }
    const [container] = await zun.demo.containers('?image=greeting');
    expect(container).toMatchObject({ image: 'greeting', image_driver: 'glance' });
  });

  it('takes no name that its archive gives it', async () => {
    expect(await imageId(cluster.engine, 'victim:latest')).toBe(await imageId(cluster.engine, 'busybox:latest'));
    expect(await imageNames(cluster.engine)).toContain(`zun-glance:${image.id}`);
  });

  it('is nobody else’s, by whatever name', async () => {
    for (const named of ['greeting', image.id]) {
      expect(await errorOf(zun.other, { image: named, image_driver: 'glance' })).toEqual([
        400,
        `Image ${named} could not be found.`,
      ]);
    }
    for (const named of [`zun-glance:${image.id}`, `docker.io/library/zun-glance:${image.id}`]) {
      expect(await errorOf(zun.other, { image: named })).toEqual([400, expect.stringContaining('is reserved') as string]);
    }
    const { status } = await zun.other.request('POST', `/containers/${NOWHERE}/rebuild?image=${image.id}&image_driver=glance`);
    expect(status).toBe(404);
  });

  it('is everybody’s that an administrator publishes', async () => {
    const published = await glance.admin.upload('for-all', archive, { visibility: 'public' });
    expect(await said(zun.other, { image: 'for-all', image_driver: 'glance' })).toBe('hello from Glance\n');
    await glance.admin.remove(published.id);
    expect((await errorOf(zun.other, { image: 'for-all', image_driver: 'glance' }))[0]).toBe(400);
  });

  it('is the one of exactly that name, which Glance itself is less exact about', async () => {
    const loud = await glance.demo.upload('GREETING', archive);
    const odd = await glance.demo.upload('a "greeting"\\', archive);
    expect(await said(zun.demo, { image: 'greeting', image_driver: 'glance' })).toBe('hello from Glance\n');
    expect(await said(zun.demo, { image: odd.name, image_driver: 'glance' })).toBe('hello from Glance\n');
    expect((await errorOf(zun.demo, { image: 'Greeting', image_driver: 'glance' }))[0]).toBe(400);
    for (const { id } of [loud, odd]) await glance.demo.remove(id);
  });

  it('that is missing, ambiguous, of another kind or empty is refused at once, with the reason', async () => {
    const twins = [await glance.demo.upload('twin', archive), await glance.demo.upload('twin', archive)];
    const bare = await glance.demo.upload('disk', archive, { container_format: 'bare' });
    await glance.demo.create('empty');
    const refusal = (image: string): Promise<unknown[]> => errorOf(zun.demo, { image, image_driver: 'glance' });
    expect(await refusal('missing')).toEqual([400, 'Image missing could not be found.']);
    expect(await refusal(NOWHERE)).toEqual([400, `Image ${NOWHERE} could not be found.`]);
    expect(await refusal('twin')).toEqual([409, expect.stringContaining('Multiple images exist') as string]);
    expect(await refusal(bare.id)).toEqual([400, expect.stringContaining('the container format bare') as string]);
    expect(await refusal('empty')).toEqual([409, expect.stringContaining('its state in Glance is queued') as string]);
    expect(await said(zun.demo, { image: twins[1]!.id, image_driver: 'glance' })).toBe('hello from Glance\n');
  });

  it('that is no archive of an image fails with the reason, and leaves nothing on the engine', async () => {
    const { id } = await glance.demo.upload('nonsense', Buffer.from('nonsense'.repeat(1_000)));
    const { uuid } = await zun.demo.run({ image: 'nonsense', image_driver: 'glance' });
    expect((await fails(zun.demo, uuid)).status_reason).toContain('no archive as docker save writes it');
    expect(await imageNames(cluster.engine)).not.toContain(`zun-glance:${id}`);
  });

  it('whose content is not what was stored is never run', async () => {
    const { id } = await glance.demo.upload('damaged', archive);
    const file = join(cluster.glance!.store, id);
    const fd = openSync(file, 'r+');
    writeSync(fd, 'DAMAGED', Math.floor(statSync(file).size / 2));
    closeSync(fd);
    const { uuid } = await zun.demo.run({ image: 'damaged', image_driver: 'glance' });
    expect((await fails(zun.demo, uuid)).status_reason).toContain('is not what Glance has stored');
    expect(await imageNames(cluster.engine)).not.toContain(`zun-glance:${id}`);
  });

  it('is what a container can be rebuilt from', async () => {
    const { uuid } = await zun.demo.run({ image: 'busybox', command: PATIENT });
    await zun.demo.reaches(uuid, 'Running');
    await zun.demo.call('POST', `/containers/${uuid}/rebuild?image=greeting&image_driver=glance`);
    const rebuilt = await eventually(
      () => zun.demo.container(uuid),
      ({ status, task_state: task }) => status !== 'Rebuilding' && task === null,
      { describe: 'it is rebuilt' },
    );
    expect(rebuilt).toMatchObject({ image: 'greeting', image_driver: 'glance' });
    expect((await zun.demo.request('POST', `/containers/${uuid}/rebuild?image=missing`)).status).toBe(400);
  });

  it('is searched for, exactly or not', async () => {
    const search = (client: ApiClient, path: string): Promise<GlanceView[]> => client.call('GET', `/images/${path}`);
    const names = async (client: ApiClient, path: string): Promise<(string | null)[]> =>
      (await search(client, path)).map(({ name }) => name);
    expect(await search(zun.demo, 'greeting/search?image_driver=glance&exact_match=true')).toEqual([
      expect.objectContaining({ id: image.id, name: 'greeting', status: 'active', container_format: 'docker' }),
    ]);
    expect(await names(zun.demo, 'reet/search?image_driver=glance')).toEqual(['greeting']);
    expect(await names(zun.demo, 'reet/search?image_driver=glance&exact_match=true')).toEqual([]);
    expect(await names(zun.other, 'greeting/search?image_driver=glance')).toEqual([]);
  });

  it('is brought to a host by its uuid, and removed from there', async () => {
    const wanted = await glance.admin.upload('wanted', archive, { tags: ['v3'] });
    const { uuid } = await zun.admin.call<ImageView>('POST', '/images', { repo: wanted.id, host: 'host-2' });
    const there = await eventually(
      () => zun.admin.call<ImageView>('GET', `/images/${uuid}`),
      ({ status }) => status !== 'Pulling',
      { describe: 'it is there' },
    );
    expect(there).toMatchObject({
      status: 'Available',
      repo: 'wanted',
      tag: 'v3',
      image_id: expect.stringMatching(/^sha256:/) as string,
    });
    expect(Number(there.size)).toBeGreaterThan(0);
    const again = await zun.admin.request('POST', '/images', { body: { repo: wanted.id, host: 'host-2' } });
    expect(again.status).toBe(409);
    await zun.admin.call('DELETE', `/images/${uuid}`);
    await eventually(
      async () => (await zun.admin.request('GET', `/images/${uuid}`)).status,
      (status) => status !== 200,
      { describe: 'it is gone' },
    );
    expect(await imageNames(cluster.engine)).not.toContain(`zun-glance:${wanted.id}`);
    expect((await zun.admin.request('POST', '/images', { body: { repo: NOWHERE, host: 'host-2' } })).status).toBe(400);
  });
});

describe('a commit where there is Glance', () => {
  let talker: ContainerView;

  beforeAll(async () => {
    const { uuid } = await zun.demo.run({ image: 'busybox', command: ['sh', '-c', `echo mine > /said; ${PATIENT[2]}`] });
    talker = await zun.demo.reaches(uuid, 'Running');
  });

  const commit = async (query: string): Promise<string> =>
    (await zun.demo.call<{ uuid: string }>('POST', `/containers/${talker.uuid}/commit?${query}`)).uuid;
  const heard = (image: string): Promise<string> => said(zun.demo, { image, image_driver: 'glance', command: ['cat', '/said'] });

  it('makes an image there, the tenant’s own, which any host can run', async () => {
    const id = await commit('repository=words&tag=v1');
    expect(await glance.demo.show(id)).toMatchObject({ name: 'words', tags: ['v1'], container_format: 'docker' });
    const image = await glance.demo.isActive(id);
    expect(image.owner).toBe(talker.project_id);
    expect(image.size).toBeGreaterThan(0);
    expect((await zun.demo.container(talker.uuid)).status).toBe('Running');
    expect(await heard('words')).toBe('mine\n');
    expect((await glance.other.request('GET', `/images/${id}`)).status).toBe(404);
  });

  it('leaves nothing on the engine, and no wish', async () => {
    await eventually(
      async () => (await zun.admin.call<{ images: ImageView[] }>('GET', '/images')).images,
      (images) => images.length === 0,
      { describe: 'the wish is fulfilled' },
    );
    expect((await imageNames(cluster.engine)).filter((name) => name.startsWith('zun-committed'))).toEqual([]);
  });

  it('does not hold the container up, whose image is on its way', async () => {
    const id = await commit('repository=busy');
    await zun.demo.call('POST', `/containers/${talker.uuid}/pause`);
    await zun.demo.reaches(talker.uuid, 'Paused');
    await zun.demo.call('POST', `/containers/${talker.uuid}/unpause`);
    await glance.demo.isActive(id);
    await zun.demo.reaches(talker.uuid, 'Running');
  });

  it('is refused with nothing left there when the container is in no state for it', async () => {
    const idle = await zun.demo.create({ image: 'busybox' });
    await zun.demo.reaches(idle.uuid, 'Created');
    const before = (await glance.demo.list()).length;
    expect((await zun.demo.request('POST', `/containers/${idle.uuid}/commit?repository=idle`)).status).toBe(409);
    expect((await glance.demo.list()).length).toBe(before);
  });

  it('arrives although Glance is away for a while, and the host is killed meanwhile', async () => {
    const id = await commit('repository=late');
    await cluster.kill('glance');
    const host = (await zun.admin.container(talker.uuid)).host === 'host-1' ? 'compute-1' : 'compute-2';
    await cluster.kill(host);
    await cluster.start(host);
    const refused = await zun.demo.request<{ errors: { code: string }[] }>(
      'POST',
      `/containers/${talker.uuid}/commit?repository=never`,
    );
    expect(refused.status).toBe(503);
    await cluster.start('glance');
    await glance.demo.isActive(id, 90_000);
    expect(await heard('late')).toBe('mine\n');
  });

  it('arrives although Glance is killed in the middle of it, which leaves the image stuck: another takes its place', async () => {
    const command = encodeURIComponent('dd if=/dev/urandom of=/large bs=1M count=300');
    await zun.demo.call('POST', `/containers/${talker.uuid}/execute?command=${command}`);
    const id = await commit('repository=large&tag=v9');
    await eventually(
      () => glance.demo.show(id),
      ({ status }) => status === 'saving',
      { describe: 'the upload is under way', timeoutMs: 60_000, intervalMs: 20 },
    );
    await cluster.kill('glance');
    await cluster.start('glance');
    const named = async (): Promise<GlanceView[]> => (await glance.demo.list()).filter(({ name }) => name === 'large');
    const images = await eventually(named, (all) => all.length === 1 && all[0]!.status === 'active', {
      describe: 'the image is there',
      timeoutMs: 90_000,
    });
    expect(images).toMatchObject([{ owner: talker.project_id, tags: ['v9'], container_format: 'docker' }]);
    expect(images[0]!.id).not.toBe(id);
    expect(await heard('large')).toBe('mine\n');
  });

  it('whose image its owner removes meanwhile leaves nothing', async () => {
    const id = await commit('repository=unwanted');
    await glance.demo.request('DELETE', `/images/${id}`);
    await eventually(
      () => imageNames(cluster.engine),
      (names) => !names.some((name) => name.startsWith('zun-committed')),
      { describe: 'the engine has nothing of it' },
    );
    expect(readdirSync(cluster.glance!.store)).not.toContain(id);
  });
});
