import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import {
  KeystoneGuard,
  Policy,
  PROJECT_DIRECTORY,
  SERVICE_TOKEN_OPTIONS,
  SIGN_IN,
  TOKEN_VALIDATOR,
  type ProjectDirectory,
  type ServiceTokenOptions,
  type SignIn,
  type TokenValidator,
} from '@zun/auth';
import type { Clock } from '@zun/domain';
import type { Glance } from '@zun/openstack';
import { PersistenceModule, type Database, type SecretBox } from '@zun/persistence';
import { StreamGateway } from '@zun/streams';
import type { Logger } from '@zun/telemetry';
import { TRANSPORT, type Transport } from '@zun/transport';
import { ActionLogController } from './containers/action-log.controller.js';
import { ArchivesController } from './containers/archives.controller.js';
import { Commits } from './containers/commits.js';
import { ContainerAccess } from './containers/container-access.js';
import { ContainerActionsController } from './containers/container-actions.controller.js';
import { ContainerInsideController } from './containers/container-inside.controller.js';
import { ContainerList } from './containers/container-list.js';
import { ContainerNetworksController } from './containers/container-networks.controller.js';
import { ContainerSerializer } from './containers/container.serializer.js';
import { ContainersController } from './containers/containers.controller.js';
import { ContainersService } from './containers/containers.service.js';
import { HostCalls } from './containers/host-calls.js';
import { ConsoleController } from './console/console.controller.js';
import { ConsoleFiles } from './console/console-files.js';
import { SignInController } from './console/sign-in.controller.js';
import { DocsController } from './docs/docs.controller.js';
import { ContainerWait } from './events/container-wait.js';
import { EventFeed } from './events/event-feed.js';
import { EventSerializer } from './events/event.serializer.js';
import { EventsController } from './events/events.controller.js';
import { HostsController } from './hosts/hosts.controller.js';
import { GLANCE, GlanceImages } from './images/glance-images.js';
import { ImageChoices } from './images/image-choices.js';
import { ImagesController } from './images/images.controller.js';
import { ImagesService } from './images/images.service.js';
import { ErrorFilter, WWW_AUTHENTICATE } from './http/error.filter.js';
import { OperationGuard } from './http/operation.guard.js';
import { UnknownController } from './http/unknown.controller.js';
import { API_OPTIONS, LOGGER, type ApiOptions } from './options.js';
import { HostStreams } from './streams/host-streams.js';
import { LiveReplies } from './streams/live-replies.js';
import { OpenStreams } from './streams/open-streams.js';
import { LeftoversController } from './leftovers/leftovers.controller.js';
import { BridgeNetworkCatalogue } from './networks/bridge-network-catalogue.js';
import { NetworkCatalogue } from './networks/network-catalogue.js';
import { NetworksController } from './networks/networks.controller.js';
import { QuotasController } from './quotas/quotas.controller.js';
import { RegistriesController } from './registries/registries.controller.js';
import { RegistryAccess } from './registries/registry-access.js';
import { RegistrySerializer } from './registries/registry.serializer.js';
import { ServicesController } from './services/services.controller.js';
import { ZonesController } from './zones/zones.controller.js';
import { TerminalsController } from './containers/terminals.controller.js';
import { TerminalLinks } from './terminals/terminal-links.js';
import { TerminalServer } from './terminals/terminal-server.js';
import { VersionsController } from './versions/versions.controller.js';

export interface ApiModuleOptions {
  readonly options: ApiOptions;
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly tokens: TokenValidator;
  readonly serviceTokens: ServiceTokenOptions;
  readonly projects: ProjectDirectory;
  /** The image service, if requests may name it and there is a login that finds it; else null. */
  readonly glance: Glance | null;
  readonly signIn: SignIn;
  readonly policy: Policy;
  readonly wwwAuthenticate: string;
  readonly transport: Transport;
  readonly streams: StreamGateway;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** The REST API. Keeps nothing: any number of copies may run. */
@Module({})
export class ApiModule {
  static register(given: ApiModuleOptions): DynamicModule {
    const { options, database, secrets, transport, logger, clock } = given;
    return {
      module: ApiModule,
      imports: [PersistenceModule.register(database, secrets, clock)],
      controllers: [
        VersionsController,
        ContainersController,
        ContainerActionsController,
        ContainerInsideController,
        TerminalsController,
        ArchivesController,
        ContainerNetworksController,
        ActionLogController,
        EventsController,
        HostsController,
        ServicesController,
        NetworksController,
        ImagesController,
        QuotasController,
        RegistriesController,
        ZonesController,
        LeftoversController,
        DocsController,
        SignInController,
        ConsoleController,
        // Last: it takes what no other does.
        UnknownController,
      ],
      providers: [
        { provide: API_OPTIONS, useValue: options },
        { provide: LOGGER, useValue: logger },
        { provide: TRANSPORT, useValue: transport },
        { provide: WWW_AUTHENTICATE, useValue: given.wwwAuthenticate },
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: TOKEN_VALIDATOR, useValue: given.tokens },
        { provide: SERVICE_TOKEN_OPTIONS, useValue: given.serviceTokens },
        { provide: PROJECT_DIRECTORY, useValue: given.projects },
        { provide: GLANCE, useValue: given.glance },
        { provide: SIGN_IN, useValue: given.signIn },
        { provide: Policy, useValue: given.policy },
        // In this order: who asks, then what.
        { provide: APP_GUARD, useClass: KeystoneGuard },
        { provide: APP_GUARD, useClass: OperationGuard },
        ConsoleFiles,
        ContainerAccess,
        ContainerList,
        ContainerSerializer,
        ContainersService,
        Commits,
        HostCalls,
        GlanceImages,
        ImageChoices,
        ImagesService,
        HostStreams,
        { provide: OpenStreams, useValue: new OpenStreams(options.terminals.maxStreamsPerProject) },
        LiveReplies,
        EventFeed,
        EventSerializer,
        ContainerWait,
        TerminalLinks,
        TerminalServer,
        { provide: NetworkCatalogue, useClass: BridgeNetworkCatalogue },
        RegistryAccess,
        RegistrySerializer,
        { provide: StreamGateway, useValue: given.streams },
      ],
    };
  }
}
