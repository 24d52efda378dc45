import { ignored, notYet, section } from '../option.js';
import { choice, choiceList, float, integer } from '../option-types.js';

export const scheduler = section('Placing containers, and the loops that leave nothing stuck.', {
  driver: choice(['filter_scheduler'], { default: 'filter_scheduler', help: 'How a host is chosen: by filters.' }),
  enabled_filters: choiceList(
    [
      'AvailabilityZoneFilter',
      'ComputeFilter',
      'RuntimeFilter',
      'LabelFilter',
      'CPUFilter',
      'RamFilter',
      'DiskFilter',
      'CpuSetFilter',
    ],
    {
      default: 'AvailabilityZoneFilter,ComputeFilter,RuntimeFilter',
      help: 'The filters that a host must pass, in this order. Claims never exceed a host, whatever is listed.',
    },
  ),
  reconcile_interval: float({
    default: '2',
    min: 0.05,
    unit: 'seconds',
    help: 'How often unfinished work is looked for.',
  }),
  action_retry_after: float({
    default: '4',
    min: 0.05,
    unit: 'seconds',
    help: 'A request that made no progress for this long is handed to its host again.',
  }),
  events_window: integer({
    default: '3600',
    min: 1,
    unit: 'seconds',
    help:
      'How long the events of GET /v1/events are kept: whoever comes back within that time has missed none. The same for every ' +
      'scheduler.',
  }),
  available_filters: ignored('all filters are available'),
  max_placement_results: notYet('Placement is not used yet'),
});

const QUOTA = 'for a project without a limit of its own; -1 is no limit.';

export const quota = section('How much a project may have.', {
  driver: choice(['zun.common.quota.DbQuotaDriver', 'zun.common.quota.NoopQuotaDriver'], {
    default: 'zun.common.quota.DbQuotaDriver',
    help: 'DbQuotaDriver keeps the limits; NoopQuotaDriver knows none.',
  }),
  containers: integer({ default: '40', min: -1, help: `Containers, ${QUOTA}` }),
  memory: integer({ default: '51200', min: -1, unit: 'MiB', help: `Memory of all containers, ${QUOTA}` }),
  cpu: integer({ default: '20', min: -1, unit: 'vCPU', help: `CPU of all containers, ${QUOTA}` }),
  disk: integer({ default: '100', min: -1, unit: 'GiB', help: `Disk of all containers, ${QUOTA}` }),
});
