import { ContainerActionEventRow, ContainerActionRow } from './container-action.entity.js';
import { ContainerEventRow, EventClockRow } from './container-event.entity.js';
import { ContainerRow } from './container.entity.js';
import { AllocationRow, ComputeNodeRow, PinnedCpuRow, ProjectUsageRow, ZunServiceRow } from './host.entity.js';
import { NetworkRow } from './network.entity.js';
import { ImageRow } from './image.entity.js';
import { ProjectPurgeRow } from './project-purge.entity.js';
import { QuotaClassRow, QuotaRow } from './quota.entity.js';
import { RegistryRow } from './registry.entity.js';
import { StreamTokenRow } from './stream-token.entity.js';
import { ContainerMountRow, VolumeRow } from './volume.entity.js';

export {
  AllocationRow,
  ComputeNodeRow,
  ContainerActionEventRow,
  ContainerActionRow,
  ContainerEventRow,
  ContainerMountRow,
  ContainerRow,
  EventClockRow,
  PinnedCpuRow,
  NetworkRow,
  ImageRow,
  ProjectPurgeRow,
  ProjectUsageRow,
  QuotaClassRow,
  QuotaRow,
  RegistryRow,
  StreamTokenRow,
  VolumeRow,
  ZunServiceRow,
};

export const ENTITIES = [
  ContainerRow,
  ContainerActionRow,
  ContainerActionEventRow,
  ComputeNodeRow,
  AllocationRow,
  ZunServiceRow,
  ProjectUsageRow,
  QuotaRow,
  QuotaClassRow,
  RegistryRow,
  VolumeRow,
  ContainerMountRow,
  PinnedCpuRow,
  NetworkRow,
  ImageRow,
  ProjectPurgeRow,
  StreamTokenRow,
  ContainerEventRow,
  EventClockRow,
];
