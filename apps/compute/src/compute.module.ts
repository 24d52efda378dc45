import { Module, type DynamicModule } from '@nestjs/common';
import { CallsController } from './calls/calls.controller.js';
import { Terminals } from './calls/terminals.js';
import { TerminalsController } from './calls/terminals.controller.js';
import { ComputeService } from './compute.service.js';
import { DanglingSweep } from './dangling/dangling.js';
import { DiskQuota } from './engine/disk-quota.js';
import { EngineHealth } from './engine/engine-health.js';
import { Patience } from './engine/patience.js';
import { Stopping } from './engine/stopping.js';
import { GlanceDownloads } from './images/glance-downloads.js';
import { GlanceUploads } from './images/glance-uploads.js';
import { ImageProvider } from './images/image-provider.js';
import { ImageWorkers } from './images/image-workers.js';
import { ImagesController } from './images/images.controller.js';
import { HostReporter } from './inventory/host-reporter.js';
import { Observer } from './observer/observer.js';
import { VolumeSweep } from './dangling/volume-sweep.js';
import { Sightings } from './observer/sightings.js';
import { PARTS, type ComputeParts } from './parts.js';
import { Outbox } from './reports/outbox.js';
import { VersionClock } from './reports/version-clock.js';
import { ActionRunner } from './workers/action-runner.js';
import { Activity } from './workers/activity.js';
import { ContainerWorkers } from './workers/container-workers.js';
import { RunActionController } from './workers/run-action.controller.js';

/** The compute service of one host. */
@Module({})
export class ComputeModule {
  /** @param parts the drivers, transport and options it is made from */
  static register(parts: ComputeParts): DynamicModule {
    return {
      module: ComputeModule,
      controllers: [RunActionController, CallsController, TerminalsController, ImagesController],
      providers: [
        { provide: PARTS, useValue: parts },
        Activity,
        ActionRunner,
        ComputeService,
        ContainerWorkers,
        DanglingSweep,
        DiskQuota,
        EngineHealth,
        GlanceDownloads,
        GlanceUploads,
        HostReporter,
        ImageProvider,
        ImageWorkers,
        Observer,
        Outbox,
        Patience,
        Sightings,
        Stopping,
        Terminals,
        VersionClock,
        VolumeSweep,
      ],
    };
  }
}
