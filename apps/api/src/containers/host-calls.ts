import { Inject, Injectable } from '@nestjs/common';
import { computeOn, placeContainer, runActions, SCHEDULER, toRunActions, updateResources, type Contract } from '@zun/contracts';
import {
  ContainerAbsentError,
  ContainerNotCreatedError,
  ContainerNotFoundError,
  HostUnavailableError,
  toDomainError,
  type Clock,
  type DirectAction,
  type RequestContext,
  isActionAllowed,
  InvalidStateError,
} from '@zun/domain';
import {
  Acceptance,
  CLOCK,
  ContainerStore,
  HostStore,
  isServiceUp,
  Settlement,
  SpecStore,
  toActionEntry,
  type ActionRequest,
  type ContainerRow,
  type PendingWork,
} from '@zun/persistence';
import type { Logger } from '@zun/telemetry';
import { TRANSPORT, type Transport } from '@zun/transport';
import { API_OPTIONS, LOGGER, type ApiOptions } from '../options.js';

const CONTAINER_NOT_FOUND = new ContainerNotFoundError('').code;

/** What the API asks of a container's host: work in the background, and answers at once. */
@Injectable()
export class HostCalls {
  constructor(
    private readonly acceptance: Acceptance,
    private readonly settlement: Settlement,
    private readonly containers: ContainerStore,
    private readonly hosts: HostStore,
    private readonly specs: SpecStore,
    @Inject(TRANSPORT) private readonly transport: Transport,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Accepts actions and tells the host. When this returns they cannot be lost, whether the host was reached or not. */
  async act(context: RequestContext, uuid: string, requests: readonly ActionRequest[]): Promise<void> {
    this.tellOf(await this.acceptance.act(context, uuid, requests), context.requestId);
  }

  /** Accepts a change of the limits, which the host makes when it comes to it. */
  async beginChange(context: RequestContext, row: ContainerRow, change: { cpu?: number; memoryMib?: number }): Promise<void> {
    if (row.host === null) throw new ContainerNotCreatedError(row.uuid);
    const { work } = await this.acceptance.update(context, row.uuid, { ...change, limits: this.options.quota });
    this.tellOf(work, context.requestId);
  }

  /** Should nobody hear, it is told again later. */
  private tellOf(work: PendingWork, requestId: string): void {
    const { host, uuid } = work.container;
    if (work.actions.length === 0) return;
    // Not placed yet: the scheduler hands over everything once it has a host.
    if (host === null) return this.askToPlace(uuid, requestId);
    this.tell(host, work, requestId).catch((err: unknown) => {
      this.logger.warn({ err, host, containerUuid: uuid, requestId }, 'a host could not be told; it will be later');
    });
  }

  private askToPlace(containerUuid: string, requestId: string): void {
    const options = { timeoutMs: this.options.placementWaitMs, requestId };
    this.transport.request(SCHEDULER, placeContainer, { containerUuid }, options).catch((err: unknown) => {
      this.logger.warn({ err, containerUuid, requestId }, 'no scheduler has answered yet; the container will be placed later');
    });
  }

  private async tell(host: string, { container, actions, newestActionId }: PendingWork, requestId: string): Promise<void> {
    const spec = await this.specs.forHost(container, (err) => {
      this.logger.error({ err, containerUuid: container.uuid, requestId }, 'an image is pulled without its password');
    });
    const message = toRunActions(actions.map(toActionEntry), newestActionId, spec);
    await this.transport.send(computeOn(host), runActions, message, { requestId });
  }

  /**
   * Asks the container's host and waits for the answer.
   * @throws InvalidStateError, ContainerNotCreatedError, ContainerAbsentError, HostUnavailableError, and what the host throws
   */
  async ask<TPayload extends object, TReply>(
    context: Pick<RequestContext, 'requestId'>,
    row: ContainerRow,
    action: DirectAction,
    contract: Contract<TPayload, TReply>,
    payload: TPayload,
  ): Promise<TReply> {
    this.demandState(row, action);
    const host = await this.upHostOf(row);
    const options = { timeoutMs: this.options.rpcTimeoutMs, requestId: context.requestId };
    try {
      return await this.transport.request(computeOn(host), contract, payload, options);
    } catch (error) {
      throw (await this.isAbsent(error, row)) ? new ContainerAbsentError(row.uuid) : error;
    }
  }

  /** Whether the host misses a container whose record is still there. */
  private async isAbsent(error: unknown, { uuid }: ContainerRow): Promise<boolean> {
    return toDomainError(error).code === CONTAINER_NOT_FOUND && (await this.containers.findByUuid(uuid)) !== null;
  }

  /** Changes the limits of the live container. Claim and quota are reserved first, and given back when the host refuses. */
  async changeResources(context: RequestContext, row: ContainerRow, change: { cpu?: number; memoryMib?: number }): Promise<void> {
    const host = await this.upHostOf(row);
    const { entry } = await this.acceptance.update(context, row.uuid, { ...change, limits: this.options.quota });
    const settle = (failure: string | null): Promise<boolean> =>
      this.settlement.finish({
        host,
        actionId: entry.id,
        containerUuid: row.uuid,
        failure,
        leftNothing: false,
        observation: null,
        steps: [],
      });
    try {
      const options = { timeoutMs: this.options.rpcTimeoutMs, requestId: context.requestId };
      await this.transport.request(computeOn(host), updateResources, { uuid: row.uuid, ...change }, options);
    } catch (error) {
      const known = toDomainError(error);
      // The host may or may not have done it: the reconciler has it done again, and settles it then.
      if (known.errorClass !== 'unavailable') await settle(known.detail);
      throw error;
    }
    await settle(null);
  }

  /** @throws InvalidStateError */
  demandState(row: ContainerRow, action: DirectAction): void {
    if (!isActionAllowed(action, row.status)) throw new InvalidStateError(action, row.uuid, row.status);
  }

  /** The host of a container, which answers. @throws ContainerNotCreatedError, HostUnavailableError */
  async upHostOf(row: ContainerRow): Promise<string> {
    if (row.host === null) throw new ContainerNotCreatedError(row.uuid);
    const service = await this.hosts.service(row.host);
    if (!service || !isServiceUp(service, this.clock.now(), this.options.serviceDownTimeS))
      throw new HostUnavailableError(row.host);
    return row.host;
  }
}
