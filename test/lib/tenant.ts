import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, ApiClient, ContainerView } from './api-client.js';
import { COUNTS_STARTS } from './engine-watch.js';
import type { Random } from './random.js';

const MAX_CONTAINERS = 6;
const OPERATIONS = ['create', 'stop', 'start', 'update', 'delete'] as const;

/**
 * A tenant who asks for this and that, and remembers what was promised. A request without an answer promises nothing, and a
 * refusal (the container is busy, the service is away) is as good an answer as any.
 */
export class Tenant {
  readonly created = new Set<string>();
  readonly deleted = new Set<string>();
  /** Whose deletion was asked for without an answer. */
  readonly perhapsDeleted = new Set<string>();
  /** Answers that nobody should get. */
  readonly complaints: string[] = [];
  /** Acknowledged requests, by operation. */
  readonly promised = new Map<string, number>();
  private serial = 0;

  constructor(
    readonly api: ApiClient,
    private readonly random: Random,
  ) {}

  /** Asks for one thing after the other until told to stop. */
  async actUntil(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await this.actOnce();
      await sleep(this.random.between(50, 250));
    }
  }

  private async actOnce(): Promise<void> {
    const there = [...this.created].filter((uuid) => !this.deleted.has(uuid) && !this.perhapsDeleted.has(uuid));
    const operation = there.length === 0 ? 'create' : this.random.oneOf(OPERATIONS);
    if (operation === 'create' && there.length >= MAX_CONTAINERS) return;
    const uuid = operation === 'create' ? null : this.random.oneOf(there);
    const answer = await this.ask(operation, uuid);
    if (answer === null) {
      if (operation === 'delete') this.perhapsDeleted.add(uuid!);
      return;
    }
    if (answer.status < 300) this.takeNote(operation, uuid ?? (answer.body as ContainerView).uuid);
    else if (!isRefusal(answer)) this.complaints.push(`${operation} answers ${answer.status} ${answer.text}`);
  }

  /** @returns null when the connection broke */
  private async ask(operation: (typeof OPERATIONS)[number], uuid: string | null): Promise<Answer | null> {
    const request = {
      create: () => ({ method: 'POST', path: '/containers?run=true', body: this.wish() }),
      stop: () => ({ method: 'POST', path: `/containers/${uuid}/stop`, body: undefined }),
      start: () => ({ method: 'POST', path: `/containers/${uuid}/start`, body: undefined }),
      update: () => ({ method: 'PATCH', path: `/containers/${uuid}`, body: { memory: this.random.oneOf(['64', '96', '128']) } }),
      delete: () => ({ method: 'DELETE', path: `/containers/${uuid}?stop=true`, body: undefined }),
    };
    const { method, path, body } = request[operation]();
    try {
      return await this.api.request(method, path, { body });
    } catch (error) {
      if (error instanceof TypeError) return null;
      throw error;
    }
  }

  private wish(): Record<string, unknown> {
    return { image: 'busybox', name: `storm-${this.serial++}`, command: COUNTS_STARTS };
  }

  private takeNote(operation: string, uuid: string): void {
    this.promised.set(operation, (this.promised.get(operation) ?? 0) + 1);
    if (operation === 'create') this.created.add(uuid);
    if (operation === 'delete') this.deleted.add(uuid);
  }
}

/** It is gone, in another state, on no host as there was none for it; or the service is away. */
function isRefusal({ status, text }: Answer): boolean {
  return [404, 409, 503].includes(status) || (status === 400 && text.includes('has not been created on any host.'));
}
