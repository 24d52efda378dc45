import { Controller, Inject } from '@nestjs/common';
import {
  ActionFinished,
  actionFinished,
  ActionProgressed,
  actionProgressed,
  ContainersListed,
  containersListed,
  ContainersObserved,
  containersObserved,
  FindUnknownVolumes,
  findUnknownVolumes,
  FindUnplaced,
  findUnplaced,
  HostReport,
  hostReport,
  HostStarted,
  hostStarted,
  ImageProgressed,
  imageProgressed,
  ImageSettled,
  imageSettled,
} from '@zun/contracts';
import { ActionLogStore, ContainerStore, HostStore, ImageStore, Settlement, VolumeStore } from '@zun/persistence';
import type { Logger } from '@zun/telemetry';
import { Handles } from '@zun/transport';
import { Dispatcher } from '../dispatcher.js';
import { ImageDispatcher } from '../image-dispatcher.js';
import { LOGGER } from '../options.js';
import { Healer } from './healer.js';

/** Containers of one host whose work is handed out again at once. */
const MAX_PENDING = 10_000;

/** Takes in what hosts report and writes it down. */
@Controller()
export class ReportsController {
  constructor(
    private readonly hosts: HostStore,
    private readonly containers: ContainerStore,
    private readonly actions: ActionLogStore,
    private readonly settlement: Settlement,
    private readonly dispatcher: Dispatcher,
    private readonly images: ImageStore,
    private readonly imageDispatcher: ImageDispatcher,
    private readonly volumes: VolumeStore,
    private readonly healer: Healer,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Handles(hostReport)
  async hostReported(report: HostReport): Promise<void> {
    await this.hosts.heartbeat(report);
  }

  /** A host that comes back has forgotten what it was told: it is told again. */
  @Handles(hostStarted)
  async hostStarted({ host }: HostStarted): Promise<void> {
    const pending = await this.actions.pending({ hosts: [host], limit: MAX_PENDING });
    if (pending.length > 0) this.logger.info({ host, containers: pending.length }, 'a host is back and gets its unfinished work');
    await this.dispatcher.redispatch(pending);
    await this.imageDispatcher.redispatch(await this.images.pending({ hosts: [host], limit: MAX_PENDING }));
  }

  @Handles(containersObserved)
  async containersObserved({ host, observations }: ContainersObserved): Promise<void> {
    await this.healer.heal(await this.settlement.observe(host, observations));
  }

  @Handles(actionProgressed)
  async actionProgressed({ host, containerUuid, taskState, statusDetail }: ActionProgressed): Promise<void> {
    await this.settlement.progress(containerUuid, host, taskState, statusDetail);
  }

  @Handles(actionFinished)
  async actionFinished(report: ActionFinished): Promise<void> {
    const counted = await this.settlement.finish(report);
    const { host, containerUuid, actionId, failure } = report;
    this.logger.debug({ host, containerUuid, actionId, failure, counted }, 'an action has ended');
    if (counted && report.image) await this.askForImages(host);
  }

  /** What has been committed may have to go to Glance, or take the place of another. */
  private async askForImages(host: string): Promise<void> {
    await this.imageDispatcher.redispatch(await this.images.pending({ hosts: [host], hintedBefore: '', limit: MAX_PENDING }));
  }

  @Handles(imageProgressed)
  async imageProgressed({ detail, ...about }: ImageProgressed): Promise<void> {
    await this.images.progress(about, detail);
  }

  @Handles(imageSettled)
  async imageSettled(report: ImageSettled): Promise<void> {
    const counted = await this.images.settle(report);
    this.logger.debug({ ...report, counted }, 'a wish about an image has ended');
  }

  @Handles(containersListed)
  async containersListed({ host, version, uuids }: ContainersListed): Promise<void> {
    await this.healer.heal(await this.settlement.observeMissing(host, version, uuids));
  }

  @Handles(findUnknownVolumes)
  async findUnknownVolumes({ host, uuids }: FindUnknownVolumes): Promise<{ unknown: string[] }> {
    return { unknown: await this.volumes.findUnknown(host, uuids) };
  }

  @Handles(findUnplaced)
  async findUnplaced({ host, uuids }: FindUnplaced): Promise<{ unplaced: string[] }> {
    return { unplaced: await this.containers.findUnplaced(host, uuids) };
  }
}
