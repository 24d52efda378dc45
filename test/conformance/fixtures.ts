import type { ApiClient, ContainerView } from '../lib/api-client.js';

const STATES = { running: 'Running', created: 'Created', stopped: 'Stopped', paused: 'Paused' } as const;
type Name = keyof typeof STATES;

const WISH = { image: 'busybox:latest', command: ['sleep', '100000'], memory: '64', cpu: 0.1 };

/** The containers that the requests speak of, put back into their states after a request has changed one. */
export class Fixtures {
  private readonly uuids = new Map<Name, string>();

  constructor(private readonly owner: ApiClient) {}

  /** Puts uuids into a path. */
  fill(path: string): string {
    return path.replace(
      /\{(\w+)\}/g,
      (_, name: string) => this.uuids.get(name as Name) ?? '12345678-1234-4234-8234-123456789abc',
    );
  }

  /** Makes them, or makes them again as they were. */
  async restore(): Promise<void> {
    await this.removeOthers();
    await Promise.all((Object.keys(STATES) as Name[]).map((name) => this.bring(name)));
  }

  private async bring(name: Name): Promise<void> {
    const uuid = this.uuids.get(name);
    const seen = uuid === undefined ? null : (await this.owner.request<ContainerView>('GET', `/containers/${uuid}`)).body;
    if (seen && 'uuid' in seen && isAsMade(seen, name)) return;
    if (uuid !== undefined) await this.discard(uuid);
    await this.make(name);
  }

  private async make(name: Name): Promise<void> {
    const wish = { ...WISH, name: `fx-${name}`, interactive: name === 'running' };
    const { uuid } = name === 'created' ? await this.owner.create(wish) : await this.owner.run(wish);
    this.uuids.set(name, uuid);
    await this.owner.reaches(uuid, name === 'created' ? 'Created' : 'Running');
    if (name === 'stopped') await this.owner.call('POST', `/containers/${uuid}/kill`);
    if (name === 'paused') await this.owner.call('POST', `/containers/${uuid}/pause`);
    await this.owner.reaches(uuid, STATES[name]);
  }

  /** What requests have made. */
  private async removeOthers(): Promise<void> {
    const ours = new Set(this.uuids.values());
    const others = (await this.owner.containers()).filter(({ uuid }) => !ours.has(uuid));
    for (const { uuid } of others) await this.discard(uuid);
  }

  private async discard(uuid: string): Promise<void> {
    const { status, body } = await this.owner.request<ContainerView>('GET', `/containers/${uuid}`);
    if (status === 404) return;
    if (body.status === 'Paused') {
      await this.owner.call('POST', `/containers/${uuid}/unpause`);
      await this.owner.reaches(uuid, 'Running');
    }
    if (body.status === 'Running') {
      // Killed, as what sleeps as the first process takes ten seconds to stop.
      await this.owner.request('POST', `/containers/${uuid}/kill`);
      await this.owner.reaches(uuid, 'Stopped').catch(() => undefined);
    }
    while ((await this.owner.request('DELETE', `/containers/${uuid}?stop=true`)).status === 409) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.owner.isGone(uuid);
  }
}

function isAsMade(seen: ContainerView & { memory?: string; cpu?: number }, name: Name): boolean {
  const { status, task_state: task } = seen;
  return status === STATES[name] && task === null && seen.name === `fx-${name}` && seen.memory === '64' && seen.cpu === 0.1;
}
