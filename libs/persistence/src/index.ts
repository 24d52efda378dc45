export { createDataSource, type DatabaseLocation } from './data-source.js';
export { Database, type SqlValue, type Transaction, type WriteResult } from './database.js';
export * from './entities/index.js';
export { DATABASE_COMMANDS } from './database-command.js';
export { openDatabase, type OpenDatabaseOptions } from './open-database.js';
export { PersistenceModule } from './persistence.module.js';
export { checkSchema, expectedSchemaVersion, schemaVersion, SchemaVersionError, upgradeSchema } from './schema.js';
export {
  Acceptance,
  CLOCK,
  type AcceptedChange,
  type AcceptedContainer,
  type ActionRequest,
  type NewContainer,
  type ResourceChange,
} from './stores/acceptance.js';
export { ActionLogStore, type PendingFilter } from './stores/action-log.store.js';
export type { PendingWork } from './stores/pending-work.js';
export { ContainerStore, type ContainerListQuery } from './stores/container.store.js';
export { EventStore, type ContainerEvent } from './stores/event.store.js';
export {
  COMPUTE_BINARY,
  ComputeNodeNotFoundError,
  HostStore,
  isServiceUp,
  type HostHeartbeat,
  type PageQuery,
} from './stores/host.store.js';
export { NetworkStore, type NewNetwork } from './stores/network.store.js';
export { LEFTOVER_KINDS, LeftoverStore, type Leftover, type LeftoverKind } from './stores/leftover.store.js';
export { ImageStore, toImageWish, type ImageOutcome, type PendingImages, type WantedImage } from './stores/image.store.js';
export type { ListQuery, TenantScope } from './stores/listing.js';
export { RegistryStore, type NewRegistry, type RegistryChange } from './stores/registry.store.js';
export { SealBrokenError, SecretBox } from './secret-box.js';
export type { NameScope } from './stores/unique-names.js';
export type { LimitChange } from './stores/limits.js';
export { QuotaStore } from './stores/quota.store.js';
export {
  fromMicro,
  toActionEntry,
  toContainerRecord,
  toHostState,
  toMicro,
  toPlacementRequest,
  type HostState,
  type PlacementRequest,
} from './stores/rows.js';
export {
  Settlement,
  type ActionOutcome,
  type ClaimVerdict,
  type Observation,
  type ProposedClaim,
  type Step,
} from './stores/settlement.js';
export { SpecStore } from './stores/spec.store.js';
export { StreamTokenStore, type StreamClaim, type StreamGrant } from './stores/stream-token.store.js';
export { VolumeStore, type VolumeView } from './stores/volume.store.js';
export type { QuotaAmounts, QuotaReservation } from './stores/usage.js';
