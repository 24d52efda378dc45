import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { systemClock, type Clock } from '@zun/domain';
import { DataSource } from 'typeorm';
import { createDataSource, type DatabaseLocation } from './data-source.js';
import { Database } from './database.js';
import { checkSchema, SchemaVersionError } from './schema.js';
import { Acceptance, CLOCK } from './stores/acceptance.js';
import { ActionLogStore } from './stores/action-log.store.js';
import { ContainerStore } from './stores/container.store.js';
import { HostStore } from './stores/host.store.js';
import { Settlement } from './stores/settlement.js';

export interface PersistenceOptions {
  readonly location: DatabaseLocation;
  readonly poolSize?: number;
  readonly clock?: Clock;
}

const STORES = [Acceptance, ActionLogStore, ContainerStore, HostStore, Settlement];

/** Closes the second connection; Nest closes its own. */
class ReaderLifetime implements OnApplicationShutdown {
  constructor(
    private readonly writer: DataSource,
    private readonly reader: DataSource,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    if (this.reader !== this.writer && this.reader.isInitialized) await this.reader.destroy();
  }
}

const READER = Symbol('ReadDataSource');

/** The database and its stores. Refuses to start on a schema that is not this version's. */
@Module({})
export class PersistenceModule {
  static register(options: PersistenceOptions): DynamicModule {
    const { location, poolSize } = options;
    return {
      module: PersistenceModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({
            ...createDataSource(location, poolSize).options,
            retryAttempts: 10,
            retryDelay: 1000,
            toRetry: (error: unknown) => !(error instanceof SchemaVersionError),
          }),
          dataSourceFactory: async (dataSourceOptions) => {
            const dataSource = await new DataSource(dataSourceOptions!).initialize();
            await checkSchema(dataSource);
            return dataSource;
          },
        }),
      ],
      providers: [
        { provide: CLOCK, useValue: options.clock ?? systemClock },
        {
          provide: READER,
          inject: [getDataSourceToken()],
          useFactory: (writer: DataSource) => (location.kind === 'sqlite' ? createDataSource(location).initialize() : writer),
        },
        {
          provide: Database,
          inject: [getDataSourceToken(), READER],
          useFactory: (writer: DataSource, reader: DataSource) => new Database(writer, reader),
        },
        {
          provide: ReaderLifetime,
          inject: [getDataSourceToken(), READER],
          useFactory: (writer: DataSource, reader: DataSource) => new ReaderLifetime(writer, reader),
        },
        ...STORES,
      ],
      exports: [Database, CLOCK, ...STORES],
    };
  }
}
