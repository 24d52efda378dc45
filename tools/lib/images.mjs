import { existsSync, readFileSync } from 'node:fs';
import { URLSearchParams } from 'node:url';
import { engineCall } from './engine-api.mjs';
import { exec } from './exec.mjs';
import { messageOf, Problem } from './problem.mjs';
import { tar } from './tar.mjs';

const HELLO = `#!/bin/sh
echo "Hello from your first container!"
echo
echo "  I am $(hostname), a $(uname -sm) process tree of my own, with $(grep -c processor /proc/cpuinfo) CPUs in sight."
echo "  Somebody asked the API for me, the scheduler chose this host, and the host started me."
`;

/** Images are made from this package, as no registry may be reachable. */
export const IMAGE_PACKAGES = ['busybox-static'];

/**
 * Makes the images `busybox` (a shell and its tools) and `zun/hello` (says hello and ends), unless they are there.
 * @param {string} socket the engine's
 * @param {import('./steps.mjs').Say} say
 */
export async function ensureImages(socket, say) {
  const made = [];
  for (const { name, command, files } of [
    { name: 'busybox:latest', command: ['sh'], files: [] },
    { name: 'zun/hello:latest', command: ['hello'], files: [{ path: 'bin/hello', data: HELLO, mode: 0o755 }] },
  ]) {
    if (await hasImage(socket, name)) continue;
    say(`making ${name}`);
    await importImage(socket, name, [...(await busyboxFiles()), ...files], command).catch((error) => {
      throw new Problem(
        `The engine does not take the image ${name}: ${messageOf(error)}`,
        "Look into the engine's log for the reason.",
      );
    });
    made.push(name);
  }
  say(made.length > 0 ? `made ${made.join(' and ')}` : 'busybox and zun/hello are there');
}

/**
 * Images of the names that Tempest's tests ask for, as far as those tests look into them.
 * @param {string} socket the engine's
 * @param {import('./steps.mjs').Say} say
 */
export async function ensureTempestImages(socket, say) {
  const page = '<!DOCTYPE html><html><body><h1>Welcome to nginx!</h1></body></html>\n';
  const wanted = [
    { name: 'alpine:latest', command: ['/bin/sh'], files: [] },
    { name: 'cirros:latest', command: ['/bin/sh'], files: [] },
    {
      name: 'nginx:latest',
      command: ['/bin/httpd', '-f', '-p', '80', '-h', '/www'],
      files: [
        { path: 'www', folder: /** @type {const} */ (true) },
        { path: 'www/index.html', data: page },
      ],
    },
  ];
  for (const { name, command, files } of wanted) {
    if (await hasImage(socket, name)) continue;
    say(`making ${name}`);
    await importImage(socket, name, [...(await busyboxFiles()), ...files], command);
  }
  say(wanted.map(({ name }) => name.split(':')[0]).join(', '));
}

/**
 * @param {string} socket
 * @param {string} name with tag
 */
export async function hasImage(socket, name) {
  return engineCall(socket, 'GET', `/images/${name}/json`).then(
    () => true,
    () => false,
  );
}

/**
 * @param {string} socket
 * @param {string} name with tag
 * @param {import('./tar.mjs').TarEntry[]} files
 * @param {string[]} command
 */
export async function importImage(socket, name, files, command) {
  const [repo, tag = 'latest'] = name.split(':');
  const query = new URLSearchParams({ fromSrc: '-', repo: String(repo), tag });
  query.append('changes', `CMD ${JSON.stringify(command)}`);
  query.append('changes', 'ENV PATH=/bin:/sbin:/usr/bin:/usr/sbin');
  await engineCall(socket, 'POST', `/images/create?${query}`, { body: tar(files), type: 'application/x-tar' });
}

/**
 * A root file system of one program under many names.
 * @returns {Promise<import('./tar.mjs').TarEntry[]>}
 */
export async function busyboxFiles() {
  const program = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path)) ?? 'busybox';
  const applets = (await exec(program, ['--list'])).split('\n').filter((name) => name && name !== 'busybox');
  const folders = ['bin', 'sbin', 'etc', 'root', 'proc', 'sys', 'dev', 'var', 'usr', 'usr/bin', 'usr/sbin'];
  return [
    ...folders.map((path) => ({ path, folder: /** @type {const} */ (true) })),
    { path: 'tmp', folder: true, mode: 0o1777 },
    { path: 'bin/busybox', data: readFileSync(program), mode: 0o755 },
    ...applets.map((name) => ({ path: `bin/${name}`, link: 'busybox' })),
    { path: 'etc/passwd', data: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' },
    { path: 'etc/group', data: 'root:x:0:\nnogroup:x:65534:\n' },
  ];
}
