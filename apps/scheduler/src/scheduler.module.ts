import { Module, type DynamicModule } from '@nestjs/common';
import type { Clock } from '@zun/domain';
import { PersistenceModule, type Database, type SecretBox } from '@zun/persistence';
import type { Logger } from '@zun/telemetry';
import { TRANSPORT, type Transport } from '@zun/transport';
import { Dispatcher } from './dispatcher.js';
import { ImageDispatcher } from './image-dispatcher.js';
import { LOGGER, SCHEDULER_OPTIONS, type SchedulerOptions } from './options.js';
import { ClaimBatcher } from './placement/claim-batcher.js';
import { HostCache } from './placement/host-cache.js';
import { PlacementController } from './placement/placement.controller.js';
import { Placer } from './placement/placer.js';
import { EventsSweep } from './reconciler/events.sweep.js';
import { ImagesSweep } from './reconciler/images.sweep.js';
import { PurgeSweep } from './reconciler/purge.sweep.js';
import { Reconciler } from './reconciler/reconciler.js';
import { SelfRemovedSweep } from './reconciler/self-removed.sweep.js';
import { SWEEPS } from './reconciler/sweep.js';
import { UnfinishedSweep } from './reconciler/unfinished.sweep.js';
import { UnplacedSweep } from './reconciler/unplaced.sweep.js';
import { Healer } from './reports/healer.js';
import { ReportsController } from './reports/reports.controller.js';

export interface SchedulerModuleOptions {
  readonly options: SchedulerOptions;
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly transport: Transport;
  readonly logger: Logger;
  readonly clock?: Clock;
}

const SWEEP_CLASSES = [UnplacedSweep, UnfinishedSweep, SelfRemovedSweep, ImagesSweep, PurgeSweep, EventsSweep];

/** Places containers, keeps the hosts' records, settles reports, reconciles. Any number of copies may run; any may die. */
@Module({})
export class SchedulerModule {
  static register({ options, database, secrets, transport, logger, clock }: SchedulerModuleOptions): DynamicModule {
    return {
      module: SchedulerModule,
      imports: [PersistenceModule.register(database, secrets, clock)],
      controllers: [PlacementController, ReportsController],
      providers: [
        { provide: SCHEDULER_OPTIONS, useValue: options },
        { provide: LOGGER, useValue: logger },
        { provide: TRANSPORT, useValue: transport },
        Dispatcher,
        ImageDispatcher,
        Healer,
        ClaimBatcher,
        HostCache,
        Placer,
        ...SWEEP_CLASSES,
        { provide: SWEEPS, inject: SWEEP_CLASSES, useFactory: (...sweeps: unknown[]) => sweeps },
        Reconciler,
      ],
    };
  }
}
