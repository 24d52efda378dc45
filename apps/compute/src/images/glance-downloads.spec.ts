import type { EnsureImage } from '@zun/contracts';
import { glanceReference } from '@zun/domain';
import { makeSpec, makeTar } from '@zun/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { Harness, makeAction } from '../compute.harness.js';
import { GlanceDownloads } from './glance-downloads.js';
import { ImageWorkers } from './image-workers.js';

const ID = '6b1d5c7e-8c1a-4f5b-9a39-0f4a4d1b7c11';
const CONFIG = { id: 'sha256:of-glance', sizeBytes: 4096, command: ['sh'], entrypoint: [] };
const ARCHIVE = makeTar([
  { path: 'config.json', content: JSON.stringify(CONFIG) },
  { path: 'manifest.json', content: JSON.stringify([{ Config: 'config.json', RepoTags: ['busybox:latest'], Layers: [] }]) },
]);

let harness: Harness;

beforeEach(async () => {
  harness = await Harness.start();
});

const images = (): GlanceDownloads => harness.get(GlanceDownloads);
const downloads = (): number => harness.glance.calls.filter((call) => call.startsWith('download')).length;
const stored = (status: 'active' | 'deactivated' = 'active'): void => {
  harness.glance.add('tenant', { id: ID, content: ARCHIVE }).status = status;
};

describe('a container whose image Glance has', () => {
  const run = (imagePullPolicy: string | null = null) => {
    const spec = makeSpec({ image: 'app', imageDriver: 'glance', glanceImage: ID, imagePullPolicy });
    return harness.run(makeAction('create', { spec }));
  };

  it.each([null, 'always', 'ifnotpresent'])('gets it from there when it is not here, with the policy %s', async (policy) => {
    stored();
    expect(await run(policy)).toMatchObject({ failure: null });
    expect(harness.world.images.get(glanceReference(ID))).toEqual(CONFIG);
    expect(harness.world.images.get('busybox:latest')!.id).toBe('sha256:busybox');
  });

  it.each([null, 'always', 'ifnotpresent', 'never'])('takes the one that is here with the policy %s', async (policy) => {
    stored();
    harness.world.images.set(glanceReference(ID), CONFIG);
    expect(await run(policy)).toMatchObject({ failure: null });
    expect(downloads()).toBe(0);
  });

  it('fails when it may not be fetched', async () => {
    stored();
    expect((await run('never')).failure).toBe('Image app is not present with pull policy of never.');
  });

  it('asked for always, fails when Glance does not give it out any more, though it is here', async () => {
    stored('deactivated');
    harness.world.images.set(glanceReference(ID), CONFIG);
    expect((await run('always')).failure).toBe(`Image ${ID} cannot be used: its state in Glance is deactivated.`);
    expect(await run('ifnotpresent')).toMatchObject({ failure: null });
  });

  it('fails with what Glance says of it', async () => {
    expect((await run()).failure).toBe(`Image ${ID} is not in Glance.`);
    harness.glance.add('tenant', { id: ID, content: Buffer.from('no image at all') });
    expect((await run()).failure).toContain('no archive of one image');
  });

  it('waits a little for a Glance that is away, and fails when it stays so', async () => {
    stored();
    harness.glance.isDown = true;
    const first = run();
    await harness.clock.advance(1_500);
    harness.glance.isDown = false;
    expect(await first).toMatchObject({ failure: null });
    harness.world.images.delete(glanceReference(ID));
    harness.glance.isDown = true;
    expect((await run()).failure).toContain('is not available at the moment');
  });

  it('shares the download with the others that wait for it', async () => {
    stored();
    const both = [images().bring(ID), images().bring(ID, { signal: new AbortController().signal })];
    expect(await Promise.all(both)).toEqual([CONFIG, CONFIG]);
    expect(downloads()).toBe(1);
    await images().bring(ID);
    expect(downloads()).toBe(2);
  });

  it('tells how far the download is', async () => {
    stored();
    const told: number[] = [];
    await images().bring(ID, { onProgress: ({ currentBytes, totalBytes }) => told.push(currentBytes / totalBytes) });
    expect(told.length).toBeGreaterThan(2);
    expect(told.at(-1)).toBe(1);
  });
});

describe('an image that an administrator wants from Glance', () => {
  const wish: EnsureImage = {
    ...{ uuid: '2b1f3c0e-5a50-4b6e-9d0c-0f5a3f7f1a11', revision: 1, kind: 'present', isOurs: false, requestId: 'req-1' },
    ...{ reference: glanceReference(ID), glanceImage: ID },
  };

  it('is brought, and removed again', async () => {
    stored();
    harness.get(ImageWorkers).accept(wish);
    expect(await harness.untilImagesSettled(1)).toMatchObject({
      failure: null,
      imageId: CONFIG.id,
      sizeBytes: 4096,
      wasThere: false,
    });
    harness.get(ImageWorkers).accept({ ...wish, revision: 2, kind: 'absent', isOurs: true });
    expect(await harness.untilImagesSettled(2)).toMatchObject({ failure: null });
    expect(harness.world.images.has(glanceReference(ID))).toBe(false);
  });
});
