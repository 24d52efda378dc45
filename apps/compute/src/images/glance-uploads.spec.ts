import { imageSettled, type EnsureImage } from '@zun/contracts';
import { committedReference, DomainError } from '@zun/domain';
import { readTar } from '@zun/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { Harness } from '../compute.harness.js';
import { ImageWorkers } from './image-workers.js';

const ID = '6b1d5c7e-8c1a-4f5b-9a39-0f4a4d1b7c11';
const CONFIG = { id: 'sha256:of-glance', sizeBytes: 4096, command: ['sh'], entrypoint: [] };

let harness: Harness;

beforeEach(async () => {
  harness = await Harness.start();
});

describe('an image that was committed for Glance', () => {
  const wish: EnsureImage = {
    ...{ uuid: ID, revision: 2, kind: 'published', isOurs: true, requestId: 'req-1' },
    ...{ reference: committedReference(ID), glanceImage: ID },
  };
  const publish = (): void => harness.get(ImageWorkers).accept(wish);
  const committed = (): void => {
    harness.glance.add('tenant', { id: ID });
    harness.world.images.set(committedReference(ID), CONFIG);
  };
  const left = (): unknown[] => [harness.world.images.has(committedReference(ID)), harness.glance.images.has(ID)];

  it('goes there, and leaves the engine', async () => {
    committed();
    publish();
    expect(await harness.untilImagesSettled(1)).toMatchObject({ failure: null });
    expect(harness.glance.images.get(ID)).toMatchObject({ status: 'active' });
    expect(left()).toEqual([false, true]);
    expect(readTar(harness.glance.images.get(ID)!.content!).get('config.json')).toBe(JSON.stringify(CONFIG));
  });

  it('waits for a Glance that is away', async () => {
    committed();
    harness.glance.isDown = true;
    publish();
    await harness.clock.advance(120_000);
    expect(harness.transport.of(imageSettled)).toEqual([]);
    harness.glance.isDown = false;
    await harness.untilImagesSettled(1);
    expect(left()).toEqual([false, true]);
  });

  it('is not sent twice by a process that follows one that was killed when it had sent it', async () => {
    committed();
    Object.assign(harness.glance.images.get(ID)!, { status: 'active', content: Buffer.from('all of it') });
    publish();
    expect(await harness.untilImagesSettled(1)).toMatchObject({ failure: null });
    expect(harness.glance.calls.filter((call) => call.startsWith('upload'))).toEqual([]);
    expect(left()).toEqual([false, true]);
  });

  it('is sent anew when an upload has broken off', async () => {
    committed();
    harness.glance.images.get(ID)!.status = 'saving';
    publish();
    await harness.clock.advance(5_000);
    harness.glance.images.get(ID)!.status = 'queued';
    expect(await harness.untilImagesSettled(1)).toMatchObject({ failure: null });
    expect(harness.glance.images.get(ID)!.status).toBe('active');
  });

  it.each([
    [
      'Glance refuses it',
      () => (harness.glance.uploadRefusal = new DomainError('too-large', 'too-large', 'over the quota')),
      /quota/,
    ],
    ['it was not made', () => harness.world.images.delete(committedReference(ID)), /not made/],
    ['its owner has removed it', () => harness.glance.images.delete(ID), /it is gone in Glance/],
  ])('is nowhere any more when %s', async (_what, happens, reason) => {
    committed();
    happens();
    publish();
    expect((await harness.untilImagesSettled(1, 200)).failure).toMatch(reason);
    expect(left()).toEqual([false, false]);
  });

  describe('of which Glance was killed in the middle', () => {
    const stuck = (): void => {
      committed();
      harness.glance.images.get(ID)!.status = 'saving';
    };
    const others = (): unknown[] => [...harness.glance.images.values()].filter(({ id }) => id !== ID);
    const successor = [expect.objectContaining({ name: 'app', owner: 'tenant', status: 'active', tags: [] })];

    it('becomes another of the same name and owner', async () => {
      stuck();
      publish();
      expect(await harness.untilImagesSettled(1, 200)).toMatchObject({ failure: null });
      expect(others()).toEqual(successor);
      expect(left()).toEqual([false, false]);
    });

    it('becomes no more than one, though the service is killed on the way', async () => {
      stuck();
      harness.engine.faults.inject('saveImage', { kind: 'silent' });
      publish();
      for (let waited = 0; waited < 60 && others().length === 0; waited++) await harness.clock.advance(500);
      await harness.kill();
      harness = await Harness.start({}, harness);
      publish();
      expect(await harness.untilImagesSettled(1, 200)).toMatchObject({ failure: null });
      expect(others()).toEqual(successor);
    });

    it('is done when the process before has done all but tell', async () => {
      stuck();
      publish();
      await harness.untilImagesSettled(1, 200);
      harness = await Harness.start({}, harness);
      publish();
      expect(await harness.untilImagesSettled(1)).toMatchObject({ failure: null });
      expect(others()).toEqual(successor);
    });

    it('is nowhere any more when it is not wanted after all', async () => {
      stuck();
      harness.engine.faults.inject('saveImage', { kind: 'silent' });
      publish();
      for (let waited = 0; waited < 60 && others().length === 0; waited++) await harness.clock.advance(500);
      await harness.kill();
      harness = await Harness.start({}, harness);
      harness.get(ImageWorkers).accept({ ...wish, kind: 'discarded' });
      await harness.untilImagesSettled(1);
      expect(harness.glance.images.size).toBe(0);
      expect(left()).toEqual([false, false]);
    });
  });

  it('is nowhere any more when it is not wanted after all', async () => {
    committed();
    harness.get(ImageWorkers).accept({ ...wish, kind: 'discarded' });
    expect(await harness.untilImagesSettled(1)).toMatchObject({ failure: null });
    expect(left()).toEqual([false, false]);
  });

  it('stays its owner’s once it has its content', async () => {
    committed();
    Object.assign(harness.glance.images.get(ID)!, { status: 'active', content: Buffer.from('all of it') });
    harness.get(ImageWorkers).accept({ ...wish, kind: 'discarded' });
    await harness.untilImagesSettled(1);
    expect(left()).toEqual([false, true]);
  });
});
