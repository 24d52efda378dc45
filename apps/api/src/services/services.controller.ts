import { Controller, Inject } from '@nestjs/common';
import { parseBool } from '@zun/api-schema';
import { DomainError, formatServiceTime, InvalidValueError, type Clock } from '@zun/domain';
import { CLOCK, HostStore, isServiceUp, type ZunServiceRow } from '@zun/persistence';
import { Call, NULL, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';

type Change = Parameters<HostStore['changeService']>[2];

/** @throws InvalidValueError naming the parameter: looked at after policy, as Zun does */
function needed({ params }: ApiCall, name: string): string {
  const value = params[name];
  if (typeof value === 'string') return value;
  throw new InvalidValueError(`The parameter ${name} is needed.`);
}

/** The agents of hosts, for administrators. */
@Controller()
export class ServicesController {
  constructor(
    private readonly hosts: HostStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @ServesOperation('listServices')
  async list(): Promise<string> {
    return JSON.stringify({ services: (await this.hosts.services()).map((row) => this.present(row)) });
  }

  @ServesOperation('enableService')
  async enable(@Call() call: ApiCall): Promise<string> {
    const service = await this.change(call, { disabled: 0, disabled_reason: null });
    return JSON.stringify({ service: { ...service, disabled: false, disabled_reason: null } });
  }

  @ServesOperation('disableService')
  async disable(@Call() call: ApiCall): Promise<string> {
    const reason = (call.params.disabled_reason as string | undefined) ?? null;
    const service = await this.change(call, { disabled: 1, disabled_reason: reason });
    return JSON.stringify({ service: { ...service, disabled: true, disabled_reason: reason } });
  }

  @ServesOperation('forceDownService')
  async forceDown(@Call() call: ApiCall): Promise<string> {
    if (call.params.forced_down === undefined) throw new InvalidValueError('The parameter forced_down is needed.');
    const forcedDown = parseBool(call.params.forced_down);
    const service = await this.change(call, { forced_down: Number(forcedDown) });
    return JSON.stringify({ service: { ...service, forced_down: forcedDown } });
  }

  @ServesOperation('deleteService')
  async delete(@Call() call: ApiCall): Promise<string> {
    const [host, binary] = [needed(call, 'host'), needed(call, 'binary')];
    if (!(await this.hosts.deleteService(host, binary))) throw notFound(host, binary);
    return NULL;
  }

  private async change(call: ApiCall, change: Change): Promise<{ host: string; binary: string }> {
    const [host, binary] = [needed(call, 'host'), needed(call, 'binary')];
    if (!(await this.hosts.changeService(host, binary, change))) throw notFound(host, binary);
    return { host, binary };
  }

  private present(row: ZunServiceRow): Record<string, unknown> {
    return {
      id: Number(row.id),
      host: row.host,
      binary: row.binary,
      state: isServiceUp(row, this.clock.now(), this.options.serviceDownTimeS) ? 'up' : 'down',
      disabled: row.disabled === 1,
      disabled_reason: row.disabled_reason,
      forced_down: row.forced_down === 1,
      last_seen_up: formatServiceTime(row.last_seen_up),
      report_count: Number(row.report_count),
      availability_zone: row.availability_zone ?? this.options.defaults.availabilityZone,
      created_at: formatServiceTime(row.created_at),
      updated_at: formatServiceTime(row.updated_at),
    };
  }
}

function notFound(host: string, binary: string): DomainError {
  return new DomainError('not-found', 'zun-service-not-found', `Zun service ${binary} on host ${host} could not be found.`);
}
