import { call } from './http.js';
import type { Host, QuotaName, QuotaUsages, Service } from './types.js';

export const listHosts = async (): Promise<Host[]> => (await call<{ hosts: Host[] }>('/v1/hosts')).hosts;

export const listServices = async (): Promise<Service[]> => (await call<{ services: Service[] }>('/v1/services')).services;

export function setEnabled({ host, binary }: Service, isEnabled: boolean, reason: string): Promise<void> {
  const query = { host, binary, disabled_reason: isEnabled || reason === '' ? undefined : reason };
  return call(`/v1/services/${isEnabled ? 'enable' : 'disable'}`, { method: 'PUT', query });
}

export const listZones = async (): Promise<string[]> => {
  type Zones = { availability_zones: { availability_zone: string }[] };
  const { availability_zones } = await call<Zones>('/v1/availability_zones');
  return availability_zones.map(({ availability_zone }) => availability_zone);
};

export const quotaOf = (project: string): Promise<QuotaUsages> => call(`/v1/quotas/${project}`, { query: { usages: true } });

export const setQuota = (project: string, limits: Partial<Record<QuotaName, number>>): Promise<void> =>
  call(`/v1/quotas/${project}`, { method: 'PUT', body: limits });
