import type { Config } from '@zun/config';
import { SCHEDULER, SCHEDULER_CONTRACTS } from '@zun/contracts';
import { NestLogger, type Logger } from '@zun/telemetry';
import { startContractServer, type Transport } from '@zun/transport';
import type { SchedulerOptions } from './options.js';
import { SchedulerModule } from './scheduler.module.js';

/** A running scheduler. */
export interface RunningScheduler {
  /** Stops taking messages and waits for what is under way. The transport stays open: whoever made it closes it. */
  close(): Promise<void>;
}

function optionsOf(config: Config): SchedulerOptions {
  return {
    enabledFilters: config.scheduler.enabled_filters,
    defaultAvailabilityZone: config.DEFAULT.default_availability_zone,
    defaultScheduleZone: config.DEFAULT.default_schedule_zone,
    serviceDownTimeS: config.DEFAULT.service_down_time,
    reconcileIntervalS: config.scheduler.reconcile_interval,
    actionRetryAfterS: config.scheduler.action_retry_after,
  };
}

/** @throws SchemaVersionError when the database is not this version's; Error when a contract has no handler */
export async function startScheduler(config: Config, transport: Transport, logger: Logger): Promise<RunningScheduler> {
  const module = SchedulerModule.register({
    options: optionsOf(config),
    database: config.database.connection,
    transport,
    logger,
  });
  const app = await startContractServer(module, {
    transport,
    at: SCHEDULER,
    contracts: SCHEDULER_CONTRACTS,
    logger: new NestLogger(logger),
  });
  logger.info({ filters: config.scheduler.enabled_filters }, 'the scheduler is ready');
  return { close: () => app.close() };
}
