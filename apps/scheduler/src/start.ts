import type { Config } from '@zun/config';
import { SCHEDULER, SCHEDULER_CONTRACTS } from '@zun/contracts';
import { SecretBox, type Database } from '@zun/persistence';
import { NestLogger, type Logger } from '@zun/telemetry';
import { startContractServer, type Transport } from '@zun/transport';
import type { SchedulerOptions } from './options.js';
import { SchedulerModule } from './scheduler.module.js';

/** A running scheduler. */
export interface RunningScheduler {
  /** Ends the sweeps. Transport and database stay open: whoever opened them closes them. */
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
    eventsWindowS: config.scheduler.events_window,
  };
}

export interface SchedulerDependencies {
  readonly config: Config;
  readonly database: Database;
  readonly transport: Transport;
  readonly logger: Logger;
}

/** @throws Error when a contract has no handler */
export async function startScheduler({ config, database, transport, logger }: SchedulerDependencies): Promise<RunningScheduler> {
  const module = SchedulerModule.register({
    options: optionsOf(config),
    database,
    secrets: new SecretBox(config.DEFAULT.auth_encryption_key),
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
