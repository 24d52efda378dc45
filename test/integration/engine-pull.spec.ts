import { randomBytes } from 'node:crypto';
import type { PullProgress } from '@zun/driver-api';
import { DockerEngine } from '@zun/engine-docker';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testEngine } from '../lib/engine.js';
import { busyboxTar } from './real-engine.js';
import { TinyRegistry } from './tiny-registry.js';

describe('pulling on a real engine', () => {
  let engine: DockerEngine;
  let registry: TinyRegistry;
  let reference: string;

  beforeAll(async () => {
    const docker = await testEngine();
    engine = new DockerEngine({ apiUrl: docker.dockerHost, host: 'pull-test' });
    // A trailer of noise after the end of the archive makes the layer new each time, and large enough to be measured.
    registry = new TinyRegistry(Buffer.concat([await busyboxTar(), randomBytes(2 * 1024 * 1024)]));
    reference = `${await registry.start(docker)}/test/busybox:latest`;
  });
  afterAll(() => registry?.stop());
  beforeEach(() => {
    registry.delayMs = 0;
    registry.credentials = null;
  });

  it('is cancelled by its signal, and leaves no image', async () => {
    registry.delayMs = 100;
    const cancel = new AbortController();
    const pulling = engine.pullImage(reference, { signal: cancel.signal, onProgress: () => cancel.abort(new Error('enough')) });
    await expect(pulling).rejects.toThrow('enough');
    expect(await engine.inspectImage(reference)).toBeNull();
  });

  it('wants the credentials of its registry', async () => {
    registry.credentials = { username: 'joe', password: 'secret' };
    await expect(engine.pullImage(reference)).rejects.toMatchObject({ name: 'EngineRefusedError' });
    const image = await engine.pullImage(reference, { credentials: { username: 'joe', password: 'secret' } });
    expect(image.command).toEqual(['/bin/sh']);
  });

  it('says what it could not find', async () => {
    const missing = reference.replace('latest', 'none');
    await expect(engine.pullImage(missing)).rejects.toMatchObject({ errorClass: 'invalid', code: 'image-not-found' });
  });
});

describe('progress of a pull on a real engine', () => {
  it('grows to the whole', async () => {
    const docker = await testEngine();
    const registry = new TinyRegistry(Buffer.concat([await busyboxTar(), randomBytes(2 * 1024 * 1024)]));
    registry.delayMs = 20;
    const reference = `${await registry.start(docker)}/test/busybox:latest`;
    const told: PullProgress[] = [];
    const engine = new DockerEngine({ apiUrl: docker.dockerHost, host: 'pull-test' });
    await engine.pullImage(reference, { onProgress: (progress) => told.push(progress) });
    await registry.stop();
    expect(told.length).toBeGreaterThan(2);
    expect(told.every(({ currentBytes }, index) => index === 0 || currentBytes >= told[index - 1]!.currentBytes)).toBe(true);
    expect(told.at(-1)!.currentBytes).toBe(told.at(-1)!.totalBytes);
    expect(told.at(-1)!.totalBytes).toBeGreaterThan(2 * 1024 * 1024);
  });
});
