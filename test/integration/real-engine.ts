import type { NetworkHost } from '@zun/driver-api';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Two bridge networks for the tests of an engine. They have no subnet of a pool's, of which an engine has few. */
export const NETWORKS = ['zun-conformance-1', 'zun-conformance-2'] as const;

/** An address of the second of them. */
export const ADDRESS = '10.199.1.77';

/** Makes {@link NETWORKS} on an engine unless it has them. */
export async function ensureNetworks(host: NetworkHost): Promise<void> {
  for (const [index, name] of NETWORKS.entries()) {
    if (!(await host.findNetwork(name))) await host.createNetwork({ name, labels: {}, subnet: `10.199.${index}.0/24` });
  }
}

export async function removeNetworks(host: NetworkHost): Promise<void> {
  for (const name of NETWORKS) await host.removeNetwork(name);
}

/** The image that tests run; made from the machine's own static busybox, as no registry may be reachable. */
export const IMAGE = 'busybox:latest';

/** Address of the Docker engine to test with. */
export function dockerSocket(): string {
  return process.env['ZUN_TEST_DOCKER_SOCKET'] ?? 'unix:///var/run/docker.sock';
}

/** Imports the test image unless the engine has it. */
export async function ensureBusybox(apiUrl: string): Promise<void> {
  const socketPath = apiUrl.replace('unix://', '');
  if ((await call(socketPath, 'GET', `/images/${IMAGE}/json`)).status === 200) return;
  const [repo, tag] = IMAGE.split(':');
  const { status, text } = await call(socketPath, 'POST', `/images/create?fromSrc=-&repo=${repo}&tag=${tag}`, await busyboxTar());
  if (status !== 200 || text.includes('"error"')) throw new Error(`cannot import ${IMAGE}: ${status} ${text}`);
}

/** A file system with nothing but busybox in it, as a tar archive. */
export async function busyboxTar(): Promise<Buffer> {
  const root = await mkdtemp(join(tmpdir(), 'busybox-'));
  try {
    for (const dir of ['bin', 'tmp', 'etc']) await mkdir(join(root, dir));
    await cp('/bin/busybox', join(root, 'bin/busybox'));
    const { stdout } = await run('/bin/busybox', ['--list']);
    const applets = stdout.split('\n').filter((name) => name && name !== 'busybox');
    await Promise.all(applets.map((name) => symlink('busybox', join(root, 'bin', name))));
    const tar = await run('tar', ['-C', root, '-c', '.'], { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 });
    return tar.stdout;
  } finally {
    await rm(root, { recursive: true });
  }
}

function call(socketPath: string, method: string, path: string, body?: Buffer): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = body ? { 'content-type': 'application/x-tar', 'content-length': body.length } : {};
    const sent = request({ socketPath, method, path, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
    });
    sent.on('error', (error) => reject(new Error(`no container engine at ${socketPath}: ${error.message}`)));
    sent.end(body);
  });
}
