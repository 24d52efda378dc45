import { silentLogger } from '@zun/telemetry';
import { FakeGlance } from '@zun/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { GlanceImages } from './glance-images.js';

const CONTENT = Buffer.from('an archive');
const NOWHERE = '00000000-0000-4000-8000-000000000000';

let glance: FakeGlance;
let images: GlanceImages;

beforeEach(() => {
  glance = new FakeGlance();
  for (const project of ['a', 'b']) glance.projects.set(`token-of-${project}`, project);
  images = new GlanceImages(glance, silentLogger);
});

const refused = (errorClass: string, detail: string): unknown => expect.objectContaining({ errorClass, detail }) as unknown;

describe('an image of Glance', () => {
  it('is found by its uuid, its name, and its name with a tag', async () => {
    const { id } = glance.add('a', { name: 'app', content: CONTENT });
    for (const text of [id, 'app', 'app:v7']) expect((await images.find('token-of-a', text)).id).toBe(id);
  });

  it('whose name has a colon goes before the one that is called as what is before it', async () => {
    glance.add('a', { name: 'app', content: CONTENT });
    const { id } = glance.add('a', { name: 'app:v7', content: CONTENT });
    expect((await images.find('token-of-a', 'app:v7')).id).toBe(id);
  });

  it('of another project is not there, unless it is for all', async () => {
    const { id } = glance.add('a', { name: 'own', content: CONTENT });
    glance.add('a', { name: 'shared', content: CONTENT, isPublic: true });
    for (const text of [id, 'own']) {
      await expect(images.find('token-of-b', text)).rejects.toEqual(refused('invalid', `Image ${text} could not be found.`));
    }
    expect((await images.find('token-of-b', 'shared')).name).toBe('shared');
  });

  it('is not guessed among several of a name, nor mistaken for what is of no use', async () => {
    glance.add('a', { name: 'app', content: CONTENT, containerFormat: 'bare' });
    glance.add('a', { name: 'app' });
    const { id } = glance.add('a', { name: 'app', content: CONTENT });
    expect((await images.find('token-of-a', 'app')).id).toBe(id);
    glance.add('a', { name: 'app', content: CONTENT });
    await expect(images.find('token-of-a', 'app')).rejects.toEqual(
      refused('conflict', "Multiple images exist with the name 'app'. Please use the uuid instead."),
    );
  });

  it('of another kind, or without content, is refused saying so', async () => {
    const disk = glance.add('a', { name: 'disk', content: CONTENT, containerFormat: 'bare' });
    await expect(images.find('token-of-a', disk.id)).rejects.toEqual(
      refused('invalid', `image: ${disk.id} has the container format bare in Glance, and must have docker`),
    );
    glance.add('a', { name: 'empty' });
    await expect(images.find('token-of-a', 'empty')).rejects.toEqual(
      refused('conflict', 'Image empty cannot be used: its state in Glance is queued.'),
    );
    await expect(images.find('token-of-a', NOWHERE)).rejects.toEqual(refused('invalid', `Image ${NOWHERE} could not be found.`));
  });

  it.each([
    ['app', false, ['app', 'my-app', 'app:v1']],
    ['app', true, ['app']],
    ['app:v1', true, ['app', 'app:v1']],
    ['app:v2', true, []],
    ['none', false, []],
  ])('is searched for by %s (exactly: %s)', async (text, exact, names) => {
    glance.add('a', { name: 'app', tags: ['v1'], content: CONTENT });
    for (const name of ['my-app', 'app:v1', 'other']) glance.add('a', { name, content: CONTENT });
    glance.add('a', { name: 'app', content: CONTENT, containerFormat: 'bare' });
    glance.add('b', { name: 'app', content: CONTENT });
    expect((await images.search('token-of-a', text, exact)).map(({ name }) => name)).toEqual(names);
  });

  it('is made without content for a commit, and taken back', async () => {
    const { id } = await images.createEmpty('token-of-a', { repo: 'saved', tag: 'v1' });
    expect(glance.images.get(id)).toMatchObject({ owner: 'a', name: 'saved', tags: ['v1'], containerFormat: 'docker' });
    await images.discard('token-of-a', id);
    expect(glance.images.size).toBe(0);
    glance.isDown = true;
    await images.discard('token-of-a', id);
  });
});

describe('a cloud without Glance', () => {
  it('says so', async () => {
    const none = new GlanceImages(null, silentLogger);
    glance.offered = false;
    for (const without of [none, images]) {
      expect(await without.isServed()).toBe(false);
      await expect(without.find('token-of-a', 'app')).rejects.toEqual(
        refused('invalid', 'image_driver: this cloud has no image service (Glance)'),
      );
    }
  });
});
