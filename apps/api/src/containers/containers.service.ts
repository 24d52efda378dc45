import { Inject, Injectable } from '@nestjs/common';
import { apiOperations, parseBool, parseStrictBool, ParamsValidator, type Params } from '@zun/api-schema';
import { Policy } from '@zun/auth';
import { placeContainer, SCHEDULER, type Placement } from '@zun/contracts';
import {
  DomainError,
  InvalidParamInVersionError,
  InvalidStateError,
  InvalidValueError,
  isActionAllowed,
  Microversion,
  type RequestedNetwork,
} from '@zun/domain';
import { Acceptance, HostStore, type ActionRequest, type ContainerRow, type QuotaReservation } from '@zun/persistence';
import type { Logger } from '@zun/telemetry';
import { TRANSPORT, type Transport } from '@zun/transport';
import { ImageChoices } from '../images/image-choices.js';
import { imageDriverOf } from '../images/image-names.js';
import type { ApiCall } from '../http/api-call.js';
import { API_OPTIONS, LOGGER, type ApiOptions } from '../options.js';
import { NetworkCatalogue } from '../networks/network-catalogue.js';
import { RegistryAccess } from '../registries/registry-access.js';
import { ContainerAccess } from './container-access.js';
import { demandPullable, parseNets, toContainerSpec, toPlacementRequest, unsetFields } from './create-request.js';
import { HostCalls } from './host-calls.js';
import { parseMounts } from './mount-requests.js';

const FORCE_SINCE = Microversion.of('1.7');
const STOP_SINCE = Microversion.of('1.12');
/** Seconds of grace of the stop that goes before a delete. */
const DELETE_STOP_S = 10;

/** Creates, changes and deletes containers. */
@Injectable()
export class ContainersService {
  private readonly createFields: ParamsValidator;

  constructor(
    private readonly acceptance: Acceptance,
    private readonly access: ContainerAccess,
    private readonly hosts: HostStore,
    private readonly calls: HostCalls,
    private readonly policy: Policy,
    private readonly registries: RegistryAccess,
    private readonly networks: NetworkCatalogue,
    private readonly images: ImageChoices,
    @Inject(TRANSPORT) private readonly transport: Transport,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.createFields = new ParamsValidator(apiOperations(options.limits).createContainer.body.fields);
  }

  /** @returns the container as accepted; in Error already when no host fits */
  async create(call: ApiCall): Promise<ContainerRow> {
    const { context, body, version } = call;
    const run = 'run' in call.params ? parseBool(call.params.run) : parseStrictBool('run', body.run);
    this.createFields.checkVersions(body, version);
    for (const rule of this.createFields.policiesFor(body)) this.policy.check(rule, context);
    await this.refuseUnknown(body);
    const registry = typeof body.registry === 'string' ? await this.registries.findOwn(call, body.registry) : null;
    const networks = await this.networksOf(call);
    const image = await this.images.choose(call, {
      image: body.image as string,
      imageDriver: imageDriverOf(body),
      projectId: context.projectId ?? '',
      isOfRegistry: registry !== null,
    });
    const spec = toContainerSpec(context, body, version, this.options, { networks, image });
    if (registry) demandPullable(spec.image, registry);

    const container = {
      spec,
      registryId: registry?.uuid ?? null,
      mounts: parseMounts(body.mounts),
      placement: toPlacementRequest(body),
      nameScope: this.options.nameScope,
      run,
      unset: unsetFields(body),
    };
    const { row, entry } = await this.acceptance.create(context, container, this.quotaOf(call, spec));
    const placement = await this.place(row.uuid, entry.requestId);
    if (placement?.host === null && placement.reason !== null)
      return { ...row, status: 'Error', status_reason: placement.reason };
    return row;
  }

  /** Changes cpu and memory before it answers. */
  async update(call: ApiCall, ident: string): Promise<ContainerRow> {
    const row = await this.access.find(call, ident);
    const { fields, resources } = changesOf(call.params);
    if (!isActionAllowed('update', row.status)) throw new InvalidStateError('update', row.uuid, row.status);
    if (Object.keys(resources).length > 0) await this.calls.changeResources(call.context, row, resources);
    await this.acceptance.patch(row.uuid, fields, this.options.nameScope);
    return this.access.find(call, row.uuid);
  }

  /** The same, but cpu and memory change in the background. @returns the container as it was */
  async resize(call: ApiCall, ident: string): Promise<ContainerRow> {
    const row = await this.access.find(call, ident);
    const { fields, resources } = changesOf(call.params);
    if (!isActionAllowed('resize_container', row.status)) {
      throw new InvalidStateError('resize_container', row.uuid, row.status);
    }
    if (Object.keys(resources).length > 0) await this.calls.beginChange(call.context, row, resources);
    await this.acceptance.patch(row.uuid, fields, this.options.nameScope);
    return row;
  }

  /** @throws DomainError of class conflict when it has that name already */
  async rename(call: ApiCall, ident: string): Promise<ContainerRow> {
    const row = await this.access.find(call, ident);
    const name = call.params.name as string;
    if (name === row.name) {
      throw new DomainError('conflict', 'conflict', 'The new name for the container is the same as the old name.');
    }
    await this.acceptance.patch(row.uuid, { name }, this.options.nameScope);
    return this.access.find(call, row.uuid);
  }

  async delete(call: ApiCall, ident: string): Promise<void> {
    const { params, version, context } = call;
    const force = parseBool(params.force);
    const stop = parseBool(params.stop);
    if (force && !stop && version.isBefore(FORCE_SINCE)) throw new InvalidParamInVersionError('force', version.toString(), '1.7');
    if (stop && version.isBefore(STOP_SINCE)) throw new InvalidParamInVersionError('stop', version.toString(), '1.12');
    if (parseBool(params.all_projects)) this.policy.check('container:delete_all_projects', context);
    const row = await this.access.find(call, ident);
    if (force && !stop) this.access.check(call, 'container:delete_force', row);
    if (stop && row.status === 'Running') this.access.check(call, 'container:stop', row);
    await this.calls.act(call.context, row.uuid, deletion(row, force, stop));
  }

  /**
   * Asks for a host and waits a little, so that the reply can tell that there is none. Whatever goes wrong here, the scheduler's
   * reconciler places the container later.
   */
  private async place(containerUuid: string, requestId: string): Promise<Placement | null> {
    const options = { timeoutMs: this.options.placementWaitMs, requestId };
    try {
      return await this.transport.request(SCHEDULER, placeContainer, { containerUuid }, options);
    } catch (err) {
      this.logger.warn({ err, containerUuid, requestId }, 'no scheduler has answered yet; the container will be placed later');
      return null;
    }
  }

  /** @throws NetworkNotFoundError, AmbiguousNameError, InvalidValueError */
  private async networksOf({ context, body }: ApiCall): Promise<RequestedNetwork[]> {
    const networks: RequestedNetwork[] = [];
    for (const wish of parseNets(body)) networks.push(await this.networks.resolve(context.projectId ?? '', wish));
    const twice = networks.find(({ network }, index) => networks.findIndex((other) => other.network === network) < index);
    if (twice) throw new InvalidValueError(`nets: the network ${twice.network} is named twice`);
    return networks;
  }

  private async refuseUnknown(body: ApiCall['body']): Promise<void> {
    if (typeof body.host === 'string' && !(await this.hosts.byHostname(body.host))) {
      throw new DomainError('not-found', 'requested-host-not-found', `Requested host ${body.host} could not be found.`);
    }
  }

  /** Zun holds against the limit only what the request names. */
  private quotaOf({ body }: ApiCall, spec: { cpu: number; memoryMib: number; diskGib: number }): QuotaReservation {
    const named = (value: unknown): number => Number(value ?? 0);
    return {
      counted: { containers: 1, cpu: named(body.cpu), memoryMib: named(body.memory), diskGib: named(body.disk) },
      used: { containers: 1, cpu: spec.cpu, memoryMib: spec.memoryMib, diskGib: spec.diskGib },
      limits: this.options.quota,
    };
  }
}

/** What a change asks for: fields of the record alone, and resources that the host has to change; null asks for nothing. */
function changesOf({ name, auto_heal: autoHeal, cpu, memory }: Params): {
  fields: Parameters<Acceptance['patch']>[1];
  resources: { cpu?: number; memoryMib?: number };
} {
  return {
    fields: {
      ...(typeof name === 'string' ? { name } : {}),
      ...(autoHeal === undefined ? {} : { auto_heal: Number(parseBool(autoHeal)) }),
    },
    resources: {
      ...((cpu ?? null) === null ? {} : { cpu: Number(cpu) }),
      ...((memory ?? null) === null ? {} : { memoryMib: Number(memory) }),
    },
  };
}

/**
 * A delete with `stop` of a running container is a stop and a delete under one request. Of another it is a delete alone, which still
 * stops what runs by then: a start may be under way.
 */
function deletion(row: ContainerRow, force: boolean, stop: boolean): ActionRequest[] {
  const grace = { timeoutS: DELETE_STOP_S };
  const remove = { action: 'delete', params: { force, ...(stop ? grace : {}) } } as const;
  if (stop && row.status === 'Running') return [{ action: 'stop', rule: 'delete_stop', params: grace }, remove];
  return [{ ...remove, rule: stop ? 'delete_stop' : force ? 'delete_force' : 'delete' }];
}
