import type { Readable } from 'node:stream';
import { Controller, Param, Req, Res } from '@nestjs/common';
import type { ContainerEvent } from '@zun/persistence';
import type { RequestContext } from '@zun/domain';
import type { FastifyReply } from 'fastify';
import { ContainerList } from '../containers/container-list.js';
import { ContainerSerializer } from '../containers/container.serializer.js';
import { Call, type ApiCall, type ApiRequest } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { LiveReplies, type Ending } from '../streams/live-replies.js';
import { ContainerWait } from './container-wait.js';
import { EventFeed, type Tick } from './event-feed.js';
import { EventSerializer } from './event.serializer.js';

const EXPIRED = 'event: expired\ndata: {"reason":"The token is no longer valid."}\n\n';

/** What happens to containers, told while it happens. */
@Controller()
export class EventsController {
  constructor(
    private readonly feed: EventFeed,
    private readonly serializer: EventSerializer,
    private readonly live: LiveReplies,
    private readonly list: ContainerList,
    private readonly waits: ContainerWait,
    private readonly containers: ContainerSerializer,
  ) {}

  @ServesOperation('watchEvents')
  watch(@Call() call: ApiCall, @Req() request: ApiRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Readable> {
    const wants = this.filterOf(call);
    const header = request.headers['last-event-id'];
    const after = (typeof header === 'string' ? header : textOf(call.params.last_event_id)) ?? null;
    const open = async (signal: AbortSignal): Promise<AsyncIterable<string>> => {
      const ticks = this.feed.watch({ after, wants, signal });
      // Nobody may ever ask for the next one.
      signal.addEventListener('abort', () => void ticks.return(), { once: true });
      const { value: hello } = await ticks.next();
      return this.frames(hello ?? null, ticks, call.context, signal);
    };
    return this.live.send(request, reply, { type: 'text/event-stream', open });
  }

  @ServesOperation('waitForContainer')
  async wait(
    @Call() call: ApiCall,
    @Param('ident') ident: string,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { signal, over } = this.live.begin(request, reply);
    try {
      return this.containers.one(call, await this.waits.wait(call, ident, signal));
    } finally {
      over();
    }
  }

  private async *frames(
    hello: Tick | null,
    ticks: AsyncIterable<Tick>,
    context: RequestContext,
    signal: AbortSignal,
  ): AsyncGenerator<string, void, undefined> {
    if (hello) yield this.serializer.frame(hello, context);
    for await (const tick of ticks) yield this.serializer.frame(tick, context);
    if ((signal.reason as Ending) === 'expired') yield EXPIRED;
  }

  /** Whose events the caller sees, and which of those it asks for. */
  private filterOf(call: ApiCall): (event: ContainerEvent) => boolean {
    const scope = this.list.scopeOf(call);
    const wanted = textOf(call.params.container);
    return (event) => {
      if (wanted !== undefined && event.uuid !== wanted && event.name !== wanted) return false;
      if (scope === 'all') return true;
      return 'projectId' in scope ? event.project_id === scope.projectId : event.user_id === scope.userId;
    };
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
