import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../lib/api-client.js';
import { stockClients, type StockClients } from '../lib/clients.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';

const LARGE = 64 * 1024 * 1024;
/** The clients take what is before a colon for a container. */
const ODD_NAMES = ['with space', 'größe €🙂', '-r', 'two\nlines', "quote's", '%41', 'a'.repeat(255)];

let service: EmbeddedService;
let demo: ApiClient;
let uuid: string;
let clients: StockClients;

beforeAll(async () => {
  service = await startEmbedded();
  demo = await service.client('demo');
  ({ uuid } = await demo.run({ name: 'box', image: 'busybox', command: ['sleep', '1000'] }));
  await demo.reaches(uuid, 'Running');
  clients = await stockClients(service.credentials('demo'));
});

afterAll(async () => {
  await demo?.deleteAll();
  await service?.purge();
});

async function exec(command: string): Promise<string> {
  const path = `/containers/${uuid}/execute?command=${encodeURIComponent(command)}`;
  return (await demo.call<{ output: string }>('POST', path)).output;
}
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe.each([
  ['zun', ['cp']],
  ['openstack', ['appcontainer', 'cp']],
] as const)('%s cp', (program, words) => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'zun-copy-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  async function copy(from: string, to: string): Promise<void> {
    const { code, stdout, stderr } = await clients.attempt(program, ...words, '--', from, to);
    expect(code, stdout + stderr).toBe(0);
  }
  async function refusal(from: string, to: string): Promise<string> {
    const { code, stdout, stderr } = await clients.attempt(program, ...words, '--', from, to);
    expect(code, stdout + stderr).toBe(1);
    return stdout + stderr;
  }

  it('carries a large file there and back, byte by byte', async () => {
    const sent = randomBytes(LARGE);
    writeFileSync(join(folder, 'large'), sent);
    await copy(join(folder, 'large'), 'box:/tmp');
    expect((await exec('sha256sum /tmp/large')).split(' ')[0]).toBe(sha256(sent));
    mkdirSync(join(folder, 'back'));
    await copy('box:/tmp/large', join(folder, 'back'));
    expect(sha256(readFileSync(join(folder, 'back', 'large')))).toBe(sha256(sent));
    await exec('rm /tmp/large');
  });

  it('carries a folder there and back, with modes, links and odd names', async () => {
    const there = join(folder, 'tree');
    mkdirSync(join(there, 'empty', 'deep'), { recursive: true });
    for (const name of ODD_NAMES) writeFileSync(join(there, name), `in ${name}`);
    writeFileSync(join(there, 'script'), '#!/bin/sh\necho run\n');
    chmodSync(join(there, 'script'), 0o750);
    symlinkSync('script', join(there, 'link'));
    symlinkSync('/no/such', join(there, 'dangling'));
    await copy(there, 'box:/tmp');
    expect(
      await exec('sh -c "/tmp/tree/link; readlink /tmp/tree/link; readlink /tmp/tree/dangling; stat -c %a /tmp/tree/script"'),
    ).toBe('run\nscript\n/no/such\n750\n');
    mkdirSync(join(folder, 'back'));
    await copy('box:/tmp/tree', join(folder, 'back'));
    const back = join(folder, 'back', 'tree');
    for (const name of ODD_NAMES) expect(readFileSync(join(back, name), 'utf8')).toBe(`in ${name}`);
    expect(lstatSync(join(back, 'script')).mode & 0o777).toBe(0o750);
    expect(readlinkSync(join(back, 'link'))).toBe('script');
    expect(readlinkSync(join(back, 'dangling'))).toBe('/no/such');
    expect(lstatSync(join(back, 'empty', 'deep')).isDirectory()).toBe(true);
    await exec('rm -r /tmp/tree');
  });

  it.each(ODD_NAMES)('carries one file of the name %j', async (name) => {
    writeFileSync(join(folder, name), 'content');
    await copy(join(folder, name), 'box:/tmp');
    rmSync(join(folder, name));
    await copy(`box:/tmp/${name}`, folder);
    expect(readFileSync(join(folder, name), 'utf8')).toBe('content');
  });

  it('says what is wrong with a path that is not there', async () => {
    writeFileSync(join(folder, 'note'), 'x');
    expect(await refusal('box:/no/such', folder)).toMatch(/\/no\/such.*HTTP 40[04]/s);
    expect(await refusal(join(folder, 'note'), 'box:/no/such')).toMatch(/\/no\/such.*HTTP 40[04]/s);
  });

  it('says that the container is not there', async () => {
    expect(await refusal('nobody:/tmp', folder)).toMatch(/nobody.*HTTP 404/s);
  });

  it('says that the target cannot be written', async () => {
    writeFileSync(join(folder, 'note'), 'x');
    expect(await refusal(join(folder, 'note'), 'box:/sys/kernel')).toMatch(/HTTP 4\d\d/);
  });
});
