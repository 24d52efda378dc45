import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Is there a podman on the search path? */
export async function hasPodman(): Promise<boolean> {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((dir) => join(dir, 'podman'));
  const found = await Promise.all(
    candidates.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** Those of commands that have ended wait for minutes, and then have Podman tidy up: it would make its directory anew for that. */
async function endMonitors(directory: string): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes('conmon') || !command.includes(directory)) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

/** A Podman of the test's own: its API service, with storage in a directory that goes away with it. */
export class PodmanService {
  private process: ChildProcess | null = null;
  private directory: string | null = null;
  private output = '';

  /** @returns the address of its Docker-compatible API */
  async start(): Promise<string> {
    this.directory = await mkdtemp(join(tmpdir(), 'podman-'));
    const socket = join(this.directory, 'podman.sock');
    this.process = spawn('podman', [...this.storage(), 'system', 'service', '-t', '0', `unix://${socket}`]);
    this.process.stderr?.on('data', (text: Buffer) => (this.output += text.toString()));
    for (let tries = 0; tries < 100; tries++) {
      if (
        await access(socket).then(
          () => true,
          () => false,
        )
      )
        return `unix://${socket}`;
      if (this.process.exitCode !== null) break;
      await sleep(100);
    }
    throw new Error(`podman's service did not start: ${this.output}`);
  }

  async stop(): Promise<void> {
    const { process, directory } = this;
    if (process && process.exitCode === null && process.kill('SIGTERM')) await once(process, 'exit');
    if (!directory) return;
    await endMonitors(directory);
    // Podman bind-mounts its storage onto itself; that must go before the directory can.
    await promisify(execFile)('umount', [join(directory, 'root/overlay')]).catch(() => undefined);
    await rm(directory, { recursive: true, force: true, maxRetries: 10 });
  }

  // runc, as crun wants a pure cgroup v2 host; cgroupfs, as there may be no systemd.
  private storage(): string[] {
    const at = (name: string): string => join(this.directory!, name);
    return [
      '--root',
      at('root'),
      '--runroot',
      at('run'),
      '--tmpdir',
      at('tmp'),
      '--runtime',
      'runc',
      '--cgroup-manager',
      'cgroupfs',
    ];
  }
}
