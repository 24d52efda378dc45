import type { Config } from '@zun/config';
import { COMPUTE_CONTRACTS, computeOn } from '@zun/contracts';
import { systemClock } from '@zun/domain';
import { connectGlance } from '@zun/openstack';
import { NestLogger, type Logger } from '@zun/telemetry';
import { startContractServer, type Transport } from '@zun/transport';
import { ComputeModule } from './compute.module.js';
import { ComputeService } from './compute.service.js';
import { createDrivers } from './drivers.js';
import { computeOptions } from './options.js';
import type { ComputeParts } from './parts.js';

/** A running compute service. */
export interface RunningCompute {
  /** Takes no more work on, ends or suspends what is under way, sends its last reports; within 8 seconds. */
  close(): Promise<void>;
}

/**
 * Starts the compute service of this host. The engine need not be there yet, nor the broker.
 * @param transport stays open when the service is closed: it is the caller's
 */
export async function startCompute(config: Config, transport: Transport, logger: Logger): Promise<RunningCompute> {
  const images = connectGlance(config, logger);
  const parts = { options: computeOptions(config), transport, logger, clock: systemClock, glance: images?.own ?? null };
  const running = await startComputeWith({ ...parts, ...createDrivers(config) });
  return { close: () => running.close().finally(() => images?.close()) };
}

/** The same, of parts that the caller chose. */
export async function startComputeWith(parts: ComputeParts): Promise<RunningCompute> {
  const { transport, options, logger } = parts;
  const app = await startContractServer(ComputeModule.register(parts), {
    transport,
    at: computeOn(options.host),
    contracts: COMPUTE_CONTRACTS,
    logger: new NestLogger(logger),
  });
  app.get(ComputeService).begin();
  logger.info({ host: options.host }, 'the compute service is ready');
  return { close: () => app.close() };
}
