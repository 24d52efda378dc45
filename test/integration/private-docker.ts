import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const START_LIMIT_MS = 60_000;

/** A Docker engine of the test's own, to be killed at will: own storage, own network namespace, so that no other one notices. */
export class PrivateDocker {
  private directory = '';
  private process: ChildProcess | null = null;
  private output = '';

  get apiUrl(): string {
    return `unix://${this.at('docker.sock')}`;
  }

  async start(): Promise<void> {
    this.directory ||= await mkdtemp(join(tmpdir(), 'docker-'));
    // A killed engine leaves its pid file behind, and refuses to start when another process has that number by now.
    await rm(this.at('docker.pid'), { force: true });
    const command = `ip link set lo up && exec dockerd ${this.flags().join(' ')}`;
    this.process = spawn('unshare', ['--net', 'sh', '-c', command], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.process.stderr!.on('data', (text: Buffer) => (this.output = (this.output + text.toString()).slice(-4_000)));
    for (let waited = 0; waited < START_LIMIT_MS; waited += 100) {
      if (/API listen on/.test(this.output)) return;
      if (this.process.exitCode !== null) break;
      await sleep(100);
    }
    throw new Error(`a private dockerd did not start: ${this.output}`);
  }

  /** Without warning. Its containerd goes with it; the containers live on. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
    await this.endContainerd('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    await this.endContainerd('SIGTERM');
    await this.endShims();
    // The engine mounts its storage onto itself.
    await promisify(execFile)('umount', ['--recursive', this.at('data')]).catch(() => undefined);
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }).catch(() => undefined);
  }

  /** An engine that is killed while it starts a container leaves that one's shim behind; known by our own directory's name. */
  private async endShims(): Promise<void> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    for (const pid of pids) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (command.includes('containerd-shim') && command.includes(this.directory)) signalIfThere(Number(pid), 'SIGKILL');
    }
  }

  /**
   * Ends what may be left of containerd, and removes its pid file: the next engine would take a dead containerd that nobody has
   * waited for (a zombie) for a living one, and wait for it in vain.
   */
  private async endContainerd(signal: NodeJS.Signals): Promise<void> {
    const file = this.at('exec/containerd/containerd.pid');
    const pid = Number(await readFile(file, 'utf8').catch(() => ''));
    if (pid > 0) signalIfThere(pid, signal);
    await rm(file, { force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { process } = this;
    this.process = null;
    this.output = '';
    if (!process || process.exitCode !== null) return;
    process.kill(signal);
    await once(process, 'exit');
  }

  private flags(): string[] {
    const own = { 'data-root': 'data', 'exec-root': 'exec', pidfile: 'docker.pid' };
    return [
      ...Object.entries(own).map(([flag, name]) => `--${flag}=${this.at(name)}`),
      `-H ${this.apiUrl}`,
      '--shutdown-timeout=1',
    ];
  }

  private at(name: string): string {
    return join(this.directory, name);
  }
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
