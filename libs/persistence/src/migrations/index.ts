import { Initial1795478400000 } from './1795478400000-initial.js';
import { HeldObservation1795485600000 } from './1795485600000-held-observation.js';
import { Quotas1795500000000 } from './1795500000000-quotas.js';
import { Registries1795501000000 } from './1795501000000-registries.js';
import { ListIndices1795503000000 } from './1795503000000-list-indices.js';
import { Images1795630000001 } from './1795630000001-images.js';
import { StreamTokens1795640000000 } from './1795640000000-stream-tokens.js';
import { UniqueNames1795502000000 } from './1795502000000-unique-names.js';
import { RequestedCommand1795610000010 } from './1795610000010-requested-command.js';
import { Networks1795610000020 } from './1795610000020-networks.js';
import { Mounts1795620000010 } from './1795620000010-mounts.js';
import { CpuPinning1795620000020 } from './1795620000020-cpu-pinning.js';
import { ContainerEvents1795650000010 } from './1795650000010-container-events.js';
import { GlanceImages1795720000010 } from './1795720000010-glance-images.js';
import { ProjectPurges1795640000020 } from './1795640000020-project-purges.js';

/** In order; a migration that has landed is never changed. */
export const MIGRATIONS = [
  Initial1795478400000,
  HeldObservation1795485600000,
  Quotas1795500000000,
  Registries1795501000000,
  UniqueNames1795502000000,
  ListIndices1795503000000,
  RequestedCommand1795610000010,
  Networks1795610000020,
  Mounts1795620000010,
  CpuPinning1795620000020,
  Images1795630000001,
  StreamTokens1795640000000,
  ProjectPurges1795640000020,
  ContainerEvents1795650000010,
  GlanceImages1795720000010,
];
