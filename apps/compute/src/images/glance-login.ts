import { DomainError, EngineRefusedError } from '@zun/domain';
import type { ImageService } from '@zun/openstack';
import type { ComputeParts } from '../parts.js';

/** Glance in the service's own name. @throws EngineRefusedError when it has no login */
export function glanceOf({ glance }: Pick<ComputeParts, 'glance'>): ImageService {
  if (glance) return glance;
  const detail = 'This host has no login for Glance: its [keystone_auth] names none.';
  throw new EngineRefusedError(detail, { errorClass: 'conflict', code: 'conflict' });
}

/** An image that Glance has and that is of no use, as it is. */
export function unusable(detail: string): DomainError {
  return new DomainError('conflict', 'image-not-found', detail);
}
