import { Inject, Injectable } from '@nestjs/common';
import { toUtcTime, type Clock } from '@zun/domain';
import { CLOCK, HostStore, ImageStore } from '@zun/persistence';
import { ImageDispatcher } from '../image-dispatcher.js';
import { SCHEDULER_OPTIONS, type SchedulerOptions } from '../options.js';
import type { Sweep } from './sweep.js';

const BATCH = 500;

/** Repairs: a host was told to pull or remove an image and its message, or its answer, was lost. */
@Injectable()
export class ImagesSweep implements Sweep {
  readonly name = 'images';

  constructor(
    private readonly images: ImageStore,
    private readonly hosts: HostStore,
    private readonly dispatcher: ImageDispatcher,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SCHEDULER_OPTIONS) private readonly options: SchedulerOptions,
  ) {}

  async run(isFirst: boolean): Promise<void> {
    const now = this.clock.now();
    const age = isFirst ? 0 : this.options.actionRetryAfterS * 1000;
    const hosts = await this.hosts.namesOfUp(now, this.options.serviceDownTimeS);
    await this.dispatcher.redispatch(await this.images.pending({ hosts, hintedBefore: toUtcTime(now - age), limit: BATCH }));
  }
}
