import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { systemClock, type Clock } from '@zun/domain';
import type { DataSource } from 'typeorm';
import { Database } from './database.js';
import { Acceptance, CLOCK } from './stores/acceptance.js';
import { ActionLogStore } from './stores/action-log.store.js';
import { ContainerStore } from './stores/container.store.js';
import { EventStore } from './stores/event.store.js';
import { HostStore } from './stores/host.store.js';
import { NetworkStore } from './stores/network.store.js';
import { LeftoverStore } from './stores/leftover.store.js';
import { ImageStore } from './stores/image.store.js';
import { SecretBox } from './secret-box.js';
import { RegistryStore } from './stores/registry.store.js';
import { QuotaStore } from './stores/quota.store.js';
import { Settlement } from './stores/settlement.js';
import { SpecStore } from './stores/spec.store.js';
import { StreamTokenStore } from './stores/stream-token.store.js';
import { VolumeStore } from './stores/volume.store.js';

const STORES = [
  Acceptance,
  ActionLogStore,
  ContainerStore,
  EventStore,
  HostStore,
  ImageStore,
  LeftoverStore,
  NetworkStore,
  QuotaStore,
  RegistryStore,
  Settlement,
  SpecStore,
  StreamTokenStore,
  VolumeStore,
];

/**
 * A data source as Nest may have it: without the right to close it. Several services of one process share one database (SQLite has one
 * writer), and Nest would close it with the first of them.
 */
function lend(dataSource: DataSource): DataSource {
  return Object.create(dataSource, { destroy: { value: async () => undefined } }) as DataSource;
}

/** Nest wants a name for each; the services of one process have one each. */
let registrations = 0;

/** The stores, on an open database. */
@Module({})
export class PersistenceModule {
  /** @param secrets what secrets in the database are kept with */
  static register(database: Database, secrets: SecretBox, clock: Clock = systemClock): DynamicModule {
    return {
      module: PersistenceModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          name: `zun-${(registrations += 1)}`,
          useFactory: () => database.writer.options,
          dataSourceFactory: async () => lend(database.writer),
        }),
      ],
      providers: [
        { provide: CLOCK, useValue: clock },
        { provide: Database, useValue: database },
        { provide: SecretBox, useValue: secrets },
        ...STORES,
      ],
      exports: [Database, CLOCK, ...STORES],
    };
  }
}
