import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineCall } from '../../tools/lib/engine-api.mjs';
import type { ApiClient, ContainerView, ImageView } from '../lib/api-client.js';
import { PATIENT } from '../lib/commands.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { eventually } from '../lib/eventually.js';

let service: EmbeddedService;
let demo: ApiClient;
let other: ApiClient;
let admin: ApiClient;

beforeAll(async () => {
  service = await startEmbedded();
  [demo, other, admin] = [await service.client('demo'), await service.client('other'), await service.client('admin')];
});

afterAll(async () => {
  await demo?.deleteAll();
  await other?.deleteAll();
  for (const { uuid } of await images()) await admin.request('DELETE', `/images/${uuid}`);
  await eventually(images, (left) => left.length === 0, { describe: 'no image is left' });
  await service?.purge();
});

const images = async (): Promise<ImageView[]> => (await admin.call<{ images: ImageView[] }>('GET', '/images')).images;

/** A running container of the client's that has written this into /said. */
async function saying(client: ApiClient, name: string, text: string): Promise<ContainerView> {
  const { uuid } = await client.run({ name, image: 'busybox', command: ['sh', '-c', `echo ${text} > /said; ${PATIENT[2]}`] });
  const running = await client.reaches(uuid, 'Running');
  await eventually(
    () => client.request<{ output: string }>('POST', `/containers/${uuid}/execute?command=cat%20/said`),
    ({ body }) => body.output.includes(text),
    { describe: `${name} has said it` },
  );
  return running;
}

async function commit(client: ApiClient, ident: string, query: string): Promise<ImageView> {
  const { uuid } = await client.call<{ uuid: string }>('POST', `/containers/${ident}/commit?${query}`);
  return eventually(
    () => admin.call<ImageView>('GET', `/images/${uuid}`),
    ({ image_id: id }) => id !== null,
    { describe: `the image ${query} is made` },
  );
}

/** What a container of this image finds in /said. */
async function heard(client: ApiClient, image: string): Promise<string> {
  const { uuid } = await client.run({ image, command: ['cat', '/said'] });
  await client.reaches(uuid, 'Stopped');
  return client.call<string>('GET', `/containers/${uuid}/logs`);
}

describe('commit', () => {
  it('makes an image that the project can run, with an action that tells of it', async () => {
    const { uuid } = await saying(demo, 'talker', 'mine');
    const image = await commit(demo, uuid, 'repository=words&tag=v1');
    expect(image).toMatchObject({ repo: 'words', tag: 'v1', image_id: expect.stringContaining('sha256:') as string });
    expect(Number(image.size)).toBeGreaterThan(0);
    expect((await demo.container(uuid)).status).toBe('Running');
    expect(await heard(demo, 'words:v1')).toBe('mine\n');
    const { containerActions } = await demo.call<{ containerActions: { action: string; message: string | null }[] }>(
      'GET',
      `/containers/${uuid}/container_actions`,
    );
    expect(containerActions[0]).toMatchObject({ action: 'commit', message: null });
  });

  it('keeps the images of two projects apart, though they have one name', async () => {
    await saying(other, 'their-talker', 'theirs');
    await commit(other, 'their-talker', 'repository=words&tag=v1');
    expect(await heard(other, 'words:v1')).toBe('theirs\n');
    expect(await heard(demo, 'words:v1')).toBe('mine\n');
  });

  it('gives an image to nobody else, neither by its name nor by what the engine calls it', async () => {
    const { uuid } = await commit(demo, 'talker', 'repository=secret');
    const named = await other.run({ image: 'secret' });
    const refused = await eventually(
      () => other.container(named.uuid),
      ({ status }) => status === 'Error',
      { describe: 'there is no such image for others' },
    );
    expect(refused.status_reason).toBeTruthy();
    for (const image of [`zun-committed:${uuid}`, `docker.io/zun-committed:${uuid}`, `library/zun-committed:${uuid}`]) {
      const answer = await other.request<{ errors: { detail: string }[] }>('POST', '/containers', { body: { image } });
      expect([answer.status, answer.body.errors[0]!.detail]).toEqual([400, expect.stringContaining('reserved') as string]);
    }
    expect((await admin.request('POST', '/images', { body: { repo: `zun-committed:${uuid}`, host: 'x1' } })).status).toBe(400);
  });

  it('takes the place of nothing that others use', async () => {
    await commit(demo, 'talker', 'repository=busybox&tag=latest');
    expect(await heard(demo, 'busybox')).toBe('mine\n');
    const { uuid } = await other.run({ image: 'busybox', command: ['ls', '/said'] });
    await other.reaches(uuid, 'Stopped');
    expect(await other.call<string>('GET', `/containers/${uuid}/logs`)).toContain('No such file');
  });

  it('hands down none of the labels by which containers are known here', async () => {
    const made = (await images()).find(({ repo }) => repo === 'secret')!;
    const told = await engineCall(service.engine.socket, 'GET', `/images/zun-committed:${made.uuid}/json`);
    const { Labels } = (JSON.parse(told) as { Config: { Labels: Record<string, string> } }).Config;
    expect(Object.entries(Labels ?? {}).filter(([label, value]) => label.includes('zun') && value !== '')).toEqual([]);
  });

  it('of the same name again means the new image from then on, and the old one goes', async () => {
    const { project_id: project } = await demo.container('talker');
    const before = (await images()).find((image) => image.repo === 'words' && image.project_id === project)!;
    await demo.call('POST', `/containers/talker/execute?command=${encodeURIComponent("sh -c 'echo anew > /said'")}`);
    await removeEnded();
    await commit(demo, 'talker', 'repository=words&tag=v1');
    expect(await heard(demo, 'words:v1')).toBe('anew\n');
    await eventually(images, (all) => !all.some(({ uuid }) => uuid === before.uuid), { describe: 'the old one is gone' });
  });

  it('is what a container can be rebuilt from', async () => {
    const { uuid } = await demo.run({ name: 'parrot', image: 'zun/hello', command: ['cat', '/said'] });
    await eventually(
      () => demo.container(uuid),
      ({ status }) => status !== 'Creating' && status !== 'Created',
      { describe: 'it was made' },
    );
    await demo.call('POST', '/containers/parrot/rebuild?image=words:v1');
    await eventually(
      () => demo.container(uuid),
      ({ status, task_state: task }) => status !== 'Rebuilding' && task === null,
      { describe: 'it was rebuilt' },
    );
    await demo.request('POST', '/containers/parrot/start');
    await eventually(
      () => demo.call<string>('GET', `/containers/${uuid}/logs`),
      (log) => log.startsWith('anew\n'),
      { describe: 'it says what was committed' },
    );
  });

  it('is refused to what is not running, stopped or paused, and to a name that is none', async () => {
    const { uuid } = await demo.create({ name: 'idle', image: 'zun/hello' });
    await demo.reaches(uuid, 'Created');
    expect((await demo.request('POST', '/containers/idle/commit?repository=a')).status).toBe(409);
    expect((await demo.request('POST', '/containers/talker/commit')).status).toBe(400);
    expect((await demo.request('POST', '/containers/talker/commit?repository=a&tag=-b')).status).toBe(400);
  });

  it('is carried out although the service is killed as soon as it is accepted', async () => {
    const { uuid } = await demo.call<{ uuid: string }>('POST', '/containers/talker/commit?repository=late');
    await service.kill();
    await service.start();
    await eventually(
      () => admin.call<ImageView>('GET', `/images/${uuid}`),
      ({ image_id: id }) => id !== null,
      { describe: 'the image is made after the restart', timeoutMs: 60_000 },
    );
    expect(await demo.reaches('talker', 'Running')).toBeTruthy();
  });
});

/** They hold on to the images that they were made from. */
async function removeEnded(): Promise<void> {
  for (const { uuid, status } of await demo.containers()) {
    if (status !== 'Stopped' && status !== 'Error') continue;
    await demo.call('DELETE', `/containers/${uuid}`);
    await demo.isGone(uuid);
  }
}
