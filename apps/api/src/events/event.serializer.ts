import { Injectable } from '@nestjs/common';
import { Policy } from '@zun/auth';
import { formatContainerTime, type RequestContext } from '@zun/domain';
import type { ContainerEvent } from '@zun/persistence';
import type { Tick } from './event-feed.js';

/** Milliseconds after which clients come back. */
const RETRY_MS = 2_000;

/** What an event shows of its container, where policy lets it. */
const FIELDS = ['name', 'status', 'status_reason', 'status_detail', 'task_state', 'host', 'project_id'] as const;

/** Writes what watchers are told as server-sent events, showing each caller the fields that policy lets it see. */
@Injectable()
export class EventSerializer {
  constructor(private readonly policy: Policy) {}

  frame(tick: Tick, context: RequestContext): string {
    const id = `id: ${tick.cursor}\n`;
    switch (tick.kind) {
      case 'hello':
        return `retry: ${RETRY_MS}\n${id}event: hello\ndata: {}\n\n`;
      case 'alive':
        // With its cursor: a client that hears nothing for longer than events are kept has missed none all the same.
        return `: alive\n${id}\n`;
      case 'reset':
        return `${id}event: reset\ndata: ${JSON.stringify({ reason: tick.reason })}\n\n`;
      case 'event':
        return `${id}event: container\ndata: ${JSON.stringify(this.present(tick.event, context))}\n\n`;
    }
  }

  private present(event: ContainerEvent, context: RequestContext): Record<string, unknown> {
    const shown: Record<string, unknown> = { event: event.event, uuid: event.uuid };
    for (const field of FIELDS) if (this.mayShow(field, event, context)) shown[field] = event[field];
    if (this.mayShow('updated_at', event, context)) shown.updated_at = formatContainerTime(event.updated_at);
    return shown;
  }

  private mayShow(field: string, { project_id, user_id }: ContainerEvent, context: RequestContext): boolean {
    const rule = `container:get_one:${field}`;
    return !this.policy.isDefined(rule) || this.policy.allows(rule, context, { project_id, user_id });
  }
}
