import type { EnsureImage } from '@zun/contracts';
import { settle } from '@zun/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { Harness } from '../compute.harness.js';
import { ImageWorkers } from './image-workers.js';

const UUID = '2b1f3c0e-5a50-4b6e-9d0c-0f5a3f7f1a11';
const APP = 'app:1';

let harness: Harness;

beforeEach(async () => {
  harness = await Harness.start();
  harness.world.registry.set(APP, { id: 'sha256:app', command: [], entrypoint: [], bytes: 2048 });
});

const wish = (over: Partial<EnsureImage> = {}): EnsureImage => ({
  uuid: UUID,
  revision: 1,
  kind: 'present',
  reference: APP,
  isOurs: false,
  requestId: 'req-1',
  ...over,
});

const accept = (over: Partial<EnsureImage> = {}): void => harness.get(ImageWorkers).accept(wish(over));
const pulls = (): string[] => harness.engine.calls.filter((call) => call.startsWith('pullImage'));

describe('an image that is wanted', () => {
  it('is pulled, and told with its id and size', async () => {
    accept();
    expect(await harness.untilImagesSettled(1)).toEqual({
      ...{ host: 'host-a', uuid: UUID, revision: 1, failure: null },
      ...{ imageId: 'sha256:app', sizeBytes: 2048, wasThere: false },
    });
    expect(harness.world.images.has(APP)).toBe(true);
  });

  it('is told to have been there when it was', async () => {
    harness.world.images.set(APP, { id: 'sha256:old', sizeBytes: 1, command: [], entrypoint: [] });
    accept();
    expect(await harness.untilImagesSettled(1)).toMatchObject({ imageId: 'sha256:app', wasThere: true });
  });

  it('that no registry has is told as a failure', async () => {
    accept({ reference: 'none:1' });
    expect(await harness.untilImagesSettled(1)).toMatchObject({
      failure: expect.stringContaining('none:1') as string,
      imageId: null,
    });
  });

  it('is pulled once however often it is asked for, and told again', async () => {
    accept();
    accept();
    await harness.untilImagesSettled(1);
    accept();
    await harness.untilImagesSettled(2);
    expect(pulls()).toHaveLength(1);
  });

  it('waits for an engine that is away', async () => {
    harness.engine.faults.inject('pullImage', { kind: 'unavailable', times: 3 });
    accept();
    expect(await harness.untilImagesSettled(1)).toMatchObject({ failure: null, imageId: 'sha256:app' });
  });

  it('is pulled by the next process when one is killed in the middle', async () => {
    harness.engine.faults.inject('pullImage', { kind: 'silent' });
    accept();
    await settle();
    await harness.kill();
    harness = await Harness.start({}, harness);
    accept();
    // Nobody knows any more that it was not there: it is kept rather than taken from somebody else.
    expect(await harness.untilImagesSettled(1)).toMatchObject({ failure: null, wasThere: true });
  });
});

describe('an image that is no longer wanted', () => {
  it('is removed when our pull brought it', async () => {
    harness.world.images.set(APP, { id: 'sha256:app', sizeBytes: 1, command: [], entrypoint: [] });
    accept({ revision: 2, kind: 'absent', isOurs: true });
    expect(await harness.untilImagesSettled(1)).toMatchObject({ revision: 2, failure: null });
    expect(harness.world.images.has(APP)).toBe(false);
  });

  it('stays when it was there before us', async () => {
    harness.world.images.set(APP, { id: 'sha256:app', sizeBytes: 1, command: [], entrypoint: [] });
    accept({ revision: 2, kind: 'absent', isOurs: false });
    expect(await harness.untilImagesSettled(1)).toMatchObject({ revision: 2, failure: null });
    expect(harness.world.images.has(APP)).toBe(true);
  });

  it('ends the pull that is under way, and leaves nothing of it', async () => {
    harness.engine.faults.inject('pullImage', { kind: 'held' });
    accept();
    await settle();
    accept({ revision: 2, kind: 'absent' });
    harness.engine.faults.release();
    expect(await harness.untilImagesSettled(1)).toMatchObject({ revision: 2, failure: null });
    expect(harness.world.images.has(APP)).toBe(false);
  });

  it('is not pulled by a message that was long on its way', async () => {
    accept({ revision: 2, kind: 'absent' });
    await harness.untilImagesSettled(1);
    accept();
    await settle();
    expect(pulls()).toEqual([]);
  });
});
