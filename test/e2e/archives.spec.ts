import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tar } from '../../tools/lib/tar.mjs';
import type { ApiClient } from '../lib/api-client.js';
import { stockClients } from '../lib/clients.js';
import { PATIENT } from '../lib/commands.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { flawOf } from '../lib/envelope.js';
import { rawRequest, type RawAnswer } from '../lib/raw-request.js';

const MIB = 1024 * 1024;
const LARGE = 300 * MIB;
const ALLOWED_GROWTH = 100 * MIB;

interface Reply {
  readonly data: string;
  readonly stat: { readonly name: string; readonly size: number; readonly mode: number; readonly linkTarget: string };
}

let service: EmbeddedService;
let demo: ApiClient;
let uuid: string;

beforeAll(async () => {
  service = await startEmbedded({ settings: { api: { max_archive_bytes: 500 * MIB, max_body_bytes: 65_536 } } });
  demo = await service.client('demo');
  ({ uuid } = await demo.run({ name: 'box', image: 'busybox', command: PATIENT }));
  await demo.reaches(uuid, 'Running');
});

afterAll(async () => {
  await demo?.deleteAll();
  await service?.purge();
});

const note = (content: string): Buffer => tar([{ path: 'note', data: content }]);

const put = (body: string, query = '?path=/tmp', version = '1.40', ident = uuid): Promise<RawAnswer> =>
  rawRequest(service.url(), {
    method: 'POST',
    path: `/v1/containers/${ident}/put_archive${query}`,
    headers: {
      'x-auth-token': demo.token,
      'content-type': 'application/json',
      'openstack-api-version': `container ${version}`,
    },
    body,
  });
const get = (path: string, version = '1.40', ident = uuid) =>
  demo.request<Reply>('GET', `/containers/${ident}/get_archive?path=${encodeURIComponent(path)}`, { version });
const exec = async (command: string): Promise<string> =>
  (await demo.call<{ output: string }>('POST', `/containers/${uuid}/execute?command=${encodeURIComponent(command)}`)).output;
const detailOf = ({ text }: RawAnswer): string => (JSON.parse(text) as { errors: { detail: string }[] }).errors[0]!.detail;

describe('put_archive', () => {
  it('unpacks Base64', async () => {
    expect(await put(JSON.stringify({ data: note('hello').toString('base64') }))).toMatchObject({ status: 200, text: 'null' });
    expect(await exec('cat /tmp/note')).toBe('hello');
  });

  it('takes the text of the archive up to version 1.24', async () => {
    expect((await put(JSON.stringify({ data: note('grüße').toString() }), '?path=/tmp', '1.24')).status).toBe(200);
    expect(await exec('cat /tmp/note')).toBe('grüße');
  });

  it('reads the body in any order, with any white space', async () => {
    const data = note('spaced').toString('base64');
    expect((await put(` \n{ "x" : [1,{"y":"}"}] , "data"\t:\r\n "${data}" , "z":null }\n `)).status).toBe(200);
    expect((await put(`{"path":"/tmp","data":"${data}"}`, '')).status).toBe(200);
    expect(await exec('cat /tmp/note')).toBe('spaced');
  });

  it.each([
    ['a body that is none', '', '?path=/tmp', 'data'],
    ['a list', '[]', '?path=/tmp', 'data'],
    ['a body that ends too early', '{"data":"YWJj', '?path=/tmp', 'data'],
    ['no data', '{}', '?path=/tmp', 'data'],
    ['data that is null', '{"data":null}', '?path=/tmp', 'data'],
    ['data twice', '{"data":"","data":""}', '?path=/tmp', 'data'],
    ['what is no Base64', '{"data":"a*b="}', '?path=/tmp', 'data'],
    ['what is no archive', `{"data":"${Buffer.alloc(2_000, 'x').toString('base64')}"}`, '?path=/tmp', 'data'],
    ['no path', '{"data":""}', '', 'path'],
    ['a path that is empty', '{"data":""}', '?path=', 'path'],
    ['two paths', '{"data":""}', '?path=/a&path=/b', 'path'],
    ['a path with a NUL', '{"data":""}', '?path=/a%00', 'path'],
    ['a path that is not there', `{"data":"${note('a').toString('base64')}"}`, '?path=/no/such', 'path'],
    ['a path that is no directory', `{"data":"${note('a').toString('base64')}"}`, '?path=/tmp/note', 'path'],
    ['a path that is too long for the kernel', '{"data":""}', `?path=/${'y'.repeat(3_000)}`, 'path'],
  ])('refuses %s, naming the field', async (_case, body, query, name) => {
    const answer = await put(body, query);
    expect([answer.status, flawOf(answer)], answer.text).toEqual([400, null]);
    expect(detailOf(answer)).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('is only for containers that are there, and of the caller', async () => {
    expect((await put('{"data":""}', '?path=/tmp', '1.40', 'nowhere')).status).toBe(404);
  });
});

describe('get_archive', () => {
  it('packs a file, with what the engine knows of it', async () => {
    await put(JSON.stringify({ data: note('to be read').toString('base64') }));
    const { status, body } = await get('/tmp/note');
    expect(status).toBe(200);
    expect(body.stat).toMatchObject({ name: 'note', size: 10, linkTarget: '', mode: 0o644 });
    expect(Buffer.from(body.data, 'base64').toString()).toContain('to be read');
  });

  it('gives text up to version 1.24', async () => {
    const { body } = await get('/tmp/note', '1.24');
    expect(body.data).toContain('to be read');
    expect(body.data.length % 512).toBe(0);
  });

  it.each(['/no/such', '', '/a\u0000'])('refuses the path "%s"', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(/path/);
  });

  it('serves a container that never ran, and one that is paused', async () => {
    const { uuid: created } = await demo.create({ name: 'asleep', image: 'busybox', command: ['true'] });
    await demo.reaches(created, 'Created');
    expect((await put(JSON.stringify({ data: note('early').toString('base64') }), '?path=/', '1.40', created)).status).toBe(200);
    expect(Buffer.from((await get('/note', '1.40', created)).body.data, 'base64').toString()).toContain('early');
    await demo.call('POST', `/containers/${uuid}/pause`);
    await demo.reaches(uuid, 'Paused');
    expect((await get('/tmp/note')).status).toBe(200);
    await demo.call('POST', `/containers/${uuid}/unpause`);
    await demo.reaches(uuid, 'Running');
  });
});

it('zun cp copies both ways', async () => {
  const clients = await stockClients(service.credentials('demo'));
  const folder = await mkdtemp(join(tmpdir(), 'zun-cp-'));
  try {
    await writeFile(join(folder, 'there'), 'from here');
    await clients.zun('cp', join(folder, 'there'), 'box:/tmp');
    expect(await exec('cat /tmp/there')).toBe('from here');
    await exec('sh -c "echo from there > /tmp/back"');
    await clients.openstack('appcontainer', 'cp', 'box:/tmp/back', folder);
    expect(await readFile(join(folder, 'back'), 'utf8')).toBe('from there\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('300 MiB', () => {
  let idle: number;
  let sent: string;

  beforeAll(async () => {
    idle = await residentBytes();
  });

  it('go in, without being held', async () => {
    const watch = watchMemory();
    const hash = createHash('sha256');
    const status = await stream('POST', 'put_archive?path=/tmp', largeBody(hash));
    sent = hash.digest('hex');
    expect(status.status).toBe(200);
    expect((await exec('sha256sum /tmp/large')).split(' ')[0]).toBe(sent);
    report('in', idle, await watch.stop());
  });

  it('come out, without being held', async () => {
    const watch = watchMemory();
    const { status, bytes } = await stream('GET', 'get_archive?path=/tmp/large');
    expect(status).toBe(200);
    expect(bytes).toBeGreaterThan((LARGE * 4) / 3);
    report('out', idle, await watch.stop());
  });

  it('more than the limit are refused', async () => {
    const { status } = await stream('POST', 'put_archive?path=/tmp', zeros(501 * MIB));
    expect(status).toBe(413);
    await expect(exec('true')).resolves.toBe('');
  });
});

function report(way: string, idle: number, peak: number): void {
  const growth = Math.round((peak - idle) / MIB);
  process.stdout.write(`300 MiB ${way}: the service grew from ${Math.round(idle / MIB)} MiB by ${growth} MiB at most\n`);
  expect(peak - idle).toBeLessThan(ALLOWED_GROWTH);
}

async function residentBytes(): Promise<number> {
  const status = await readFile(`/proc/${service.pid()}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) * 1024;
}

/** The most that the service, API and host in one, holds meanwhile. */
function watchMemory(): { stop(): Promise<number> } {
  let peak = 0;
  const look = async (): Promise<void> => {
    peak = Math.max(peak, await residentBytes());
  };
  const timer = setInterval(() => void look(), 50);
  return {
    stop: async () => {
      clearInterval(timer);
      await look();
      return peak;
    },
  };
}

/** A JSON body with an archive of one large file, made while it is sent. */
async function* largeBody(hash: ReturnType<typeof createHash>): AsyncGenerator<string | Buffer> {
  const header = Buffer.from(tar([{ path: 'large', data: '' }]).subarray(0, 512));
  header.write(`${LARGE.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write(' '.repeat(8), 148, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  yield '{"data":"';
  let rest: Buffer = header;
  for (let at = 0; at < LARGE; at += MIB) {
    const block = Buffer.alloc(MIB, `${at} is where this begins; `);
    hash.update(block);
    const bytes = Buffer.concat([rest, block]);
    const end = bytes.length - (bytes.length % 3);
    yield bytes.toString('base64', 0, end);
    rest = Buffer.from(bytes.subarray(end));
  }
  yield `${Buffer.concat([rest, Buffer.alloc(1024)]).toString('base64')}"}`;
}

async function* zeros(length: number): AsyncGenerator<string> {
  yield '{"data":"';
  for (let at = 0; at < length; at += MIB) yield 'A'.repeat(MIB);
  yield '"}';
}

/** Sends a body while it is made, and counts the bytes of the answer. */
function stream(method: string, path: string, body?: AsyncIterable<string | Buffer>): Promise<{ status: number; bytes: number }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'x-auth-token': demo.token,
      'content-type': 'application/json',
      'openstack-api-version': 'container 1.40',
    };
    const sent = httpRequest(`${service.url()}/v1/containers/${uuid}/${path}`, { method, headers }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
      answer.on('end', () => resolve({ status: answer.statusCode!, bytes }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    void (async () => {
      for await (const piece of body ?? []) {
        if (!sent.write(piece)) await new Promise((go) => sent.once('drain', go));
      }
      sent.end();
    })();
  });
}
