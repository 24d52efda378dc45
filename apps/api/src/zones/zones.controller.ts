import { Controller, Inject } from '@nestjs/common';
import { HostStore } from '@zun/persistence';
import { Call, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { nextPage, parsePage } from '../http/paging.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { pageOfZones } from './page-of-zones.js';

const SORT_KEY = 'availability_zone';

/** Where containers may be placed. */
@Controller()
export class ZonesController {
  constructor(
    private readonly hosts: HostStore,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @ServesOperation('listAvailabilityZones')
  async list(@Call() { params, origin }: ApiCall): Promise<string> {
    const page = parsePage(params, {
      maxLimit: this.options.maxLimit,
      defaultSortKey: SORT_KEY,
      isSortKey: (key) => key === SORT_KEY,
    });
    const zones = pageOfZones(await this.hosts.zones(), page);
    const next = nextPage(`${origin}/v1/availability_zones`, page, zones.length, zones.at(-1) ?? undefined);
    return JSON.stringify({ availability_zones: zones.map((zone) => ({ availability_zone: zone })), next });
  }
}
