import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DomainError, ServiceUnavailableError } from '@zun/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { fixedToken, type ImageService } from './glance.js';
import { GlanceClient } from './glance-client.js';
import { HttpClient } from './http-client.js';

const ID = '6b1d5c7e-8c1a-4f5b-9a39-0f4a4d1b7c11';
const CONTENT = Buffer.from('what docker save writes');
const IMAGE = {
  ...{ id: ID, name: 'app', status: 'active', container_format: 'docker', disk_format: 'raw', size: CONTENT.length },
  os_hash_algo: 'sha512',
  os_hash_value: createHash('sha512').update(CONTENT).digest('hex'),
};

let server: Server;
let requests: { method: string; url: string; token: string; body: string }[];
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A Glance that gives these answers by method and path; others are 404. */
async function glance(answers: Record<string, { status?: number; body?: unknown } | RequestListener>): Promise<GlanceClient> {
  requests = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, token: String(headers['x-auth-token']), body: Buffer.concat(chunks).toString() });
      const answer = answers[`${method} ${url}`] ?? answers[`${method} ${url.split('?')[0]}`] ?? { status: 404 };
      if (typeof answer === 'function') return answer(request, response);
      const { status = 200, body = '' } = answer;
      response.writeHead(status).end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`;
  return new GlanceClient(() => Promise.resolve(url), new HttpClient({ timeoutMs: 2_000 }));
}

const images = async (answers: Parameters<typeof glance>[0]): Promise<ImageService> =>
  (await glance(answers)).as(fixedToken('t'));

async function readAll(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function failureOf(work: Promise<unknown>): Promise<DomainError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DomainError);
  return error as DomainError;
}

describe('an image of Glance', () => {
  it('is shown as Glance has it, to whoever may see it', async () => {
    const service = await images({ [`GET /v2/images/${ID}`]: { body: IMAGE } });
    expect(await service.get(ID)).toMatchObject({ id: ID, name: 'app', containerFormat: 'docker', fields: IMAGE });
    expect(await service.get('7b1d5c7e-8c1a-4f5b-9a39-0f4a4d1b7c11')).toBeNull();
    expect(requests.map(({ token }) => token)).toEqual(['t', 't']);
  });

  it('is never asked for by what is no uuid', async () => {
    const service = await images({});
    expect(await service.get('../../v3/users')).toBeNull();
    expect((await failureOf(service.delete('..'))).code).toBe('image-not-found');
    expect(requests).toEqual([]);
  });

  it('is found by a name that means something to Glance', async () => {
    const name = 'gt:a"b\\';
    const service = await images({ 'GET /v2/images': { body: { images: [{ ...IMAGE, name }] } } });
    expect(await service.list({ name, containerFormat: 'docker' })).toHaveLength(1);
    const query = new URL(requests[0]!.url, 'http://glance').searchParams;
    expect([query.get('name'), query.get('container_format')]).toEqual([`eq:${name}`, 'docker']);
  });

  it('is found by exactly its name, though the database of Glance takes others for the same', async () => {
    const alike = ['App', 'äpp', 'app ', 'app'].map((name) => ({ ...IMAGE, name }));
    const service = await images({ 'GET /v2/images': { body: { images: alike } } });
    expect((await service.list({ name: 'app' })).map(({ name }) => name)).toEqual(['app']);
  });

  it('is listed with those of further pages', async () => {
    const service = await images({
      'GET /v2/images?marker=1': { body: { images: [{ ...IMAGE, name: 'second' }] } },
      'GET /v2/images': { body: { images: [IMAGE], next: '/v2/images?marker=1' } },
    });
    expect((await service.list()).map(({ name }) => name)).toEqual(['app', 'second']);
  });

  it('is made, and removed though it is gone', async () => {
    const service = await images({ 'POST /v2/images': { status: 201, body: { ...IMAGE, status: 'queued' } } });
    const made = await service.create({ name: 'app', tags: ['v1'], containerFormat: 'docker', diskFormat: 'raw' });
    expect(made.status).toBe('queued');
    expect(JSON.parse(requests[0]!.body)).toEqual({
      name: 'app',
      tags: ['v1'],
      container_format: 'docker',
      disk_format: 'raw',
    });
    await service.delete(ID);
  });
});

describe('the content of an image', () => {
  const file = `/v2/images/${ID}/file`;
  const shown = { [`GET /v2/images/${ID}`]: { body: IMAGE } };

  it('comes as it was stored', async () => {
    const service = await images({ ...shown, [`GET ${file}`]: { body: CONTENT } });
    const { sizeBytes, content } = await service.download(ID);
    expect([sizeBytes, await readAll(content)]).toEqual([CONTENT.length, CONTENT.toString()]);
  });

  it('that comes otherwise is an error in the end, worth another try', async () => {
    const service = await images({ ...shown, [`GET ${file}`]: { body: CONTENT.toString().toUpperCase() } });
    const { content } = await service.download(ID);
    expect(await failureOf(readAll(content))).toBeInstanceOf(ServiceUnavailableError);
  });

  it('is compared by MD5 where Glance has a hash that is not known here', async () => {
    const checksum = createHash('md5').update(CONTENT).digest('hex');
    const body = { ...IMAGE, os_hash_algo: 'of tomorrow', checksum };
    const service = await images({ [`GET /v2/images/${ID}`]: { body }, [`GET ${file}`]: { body: CONTENT } });
    expect(await readAll((await service.download(ID)).content)).toBe(CONTENT.toString());
  });

  it('that breaks off is one as well', async () => {
    const half: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length }).write(CONTENT.subarray(0, 5));
      setTimeout(() => response.destroy(), 20);
    };
    const service = await images({ ...shown, [`GET ${file}`]: half });
    const { content } = await service.download(ID);
    expect(await failureOf(readAll(content))).toBeInstanceOf(ServiceUnavailableError);
  });

  it('of one that has none, or is kept back, is refused with its state', async () => {
    const service = await images({ [`GET /v2/images/${ID}`]: { body: { ...IMAGE, status: 'deactivated' } } });
    const { errorClass, detail } = await failureOf(service.download(ID));
    expect([errorClass, detail]).toEqual(['conflict', `Image ${ID} cannot be used: its state in Glance is deactivated.`]);
  });

  it('is given to one that has none', async () => {
    const service = await images({ ...shown, [`PUT ${file}`]: { status: 204 } });
    await service.upload(
      ID,
      (async function* () {
        yield CONTENT;
      })(),
    );
    expect(requests.at(-1)).toMatchObject({ method: 'PUT', body: CONTENT.toString() });
  });

  it('that cannot be had is not the fault of Glance', async () => {
    const service = await images(shown);
    const broken = new Error('the engine is gone');
    async function* content(): AsyncGenerator<Uint8Array> {
      yield CONTENT;
      throw broken;
    }
    await expect(service.upload(ID, content())).rejects.toBe(broken);
  });
});

describe('a Glance that says no', () => {
  const reasons = {
    json: {
      message: 'Denying attempt to upload image because it exceeds the quota: <b>5</b> &gt; 4<br /><br />\n\n',
      code: '413',
    },
    html: '<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1>Not for you.<br /><br /></body></html>',
  };

  it.each([
    [
      413,
      reasons.json,
      'too-large',
      'The image service refuses (413): Denying attempt to upload image because it exceeds the quota: 5 > 4',
    ],
    [403, reasons.html, 'forbidden', 'The image service refuses (403): Not for you.'],
    [409, '', 'conflict', 'The image service refuses (409): no reason given'],
    [400, 'Bad name', 'invalid', 'The image service refuses (400): Bad name'],
    [503, '', 'unavailable', 'The image service is not available at the moment. Please retry later.'],
  ])('with %i is told with its reason', async (status, body, errorClass, detail) => {
    const service = await images({ 'GET /v2/images': { status, body } });
    expect(await failureOf(service.list())).toMatchObject({ errorClass, detail });
  });

  it('to an old token of a service is asked with a new one', async () => {
    const client = await glance({
      'GET /v2/images': (request, response) =>
        void response.writeHead(request.headers['x-auth-token'] === 'new' ? 200 : 401).end('{"images":[]}'),
    });
    let token = 'old';
    const service = client.as({ token: () => Promise.resolve(token), drop: () => void (token = 'new') });
    expect(await service.list()).toEqual([]);
  });

  it('by not being there is away', async () => {
    const client = new GlanceClient(() => Promise.resolve('http://127.0.0.1:9/v2'), new HttpClient({ timeoutMs: 2_000 }));
    server = createServer().listen(0);
    expect(await failureOf(client.as(fixedToken('t')).get(ID))).toBeInstanceOf(ServiceUnavailableError);
  });

  it('because the cloud has none is not asked', async () => {
    server = createServer().listen(0);
    const client = new GlanceClient(() => Promise.resolve(null), new HttpClient({ timeoutMs: 2_000 }));
    expect(await client.isOffered()).toBe(false);
    expect((await failureOf(client.as(fixedToken('t')).list())).detail).toBe('This cloud has no image service (Glance).');
  });
});
