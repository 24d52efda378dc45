import type { Params } from '@zun/api-schema';
import { InvalidValueError, parseImageReference, type ImageChoice } from '@zun/domain';
import type { ApiOptions } from '../options.js';
import { servedDriver } from './create-request.js';

const MIN_IMAGE = 2;
const MAX_IMAGE = 255;

/**
 * What a rebuild is to make the container from; null: what it is made from already. The text None is absent: Python clients send it.
 * @param current what it is made from until then
 * @throws InvalidValueError naming the field
 */
export function rebuildImageOf(
  { image, image_driver: driver }: Params,
  current: ImageChoice,
  { limits }: ApiOptions,
): ImageChoice | null {
  const named = isAbsent(driver) ? current.imageDriver : demandDriver(driver, limits.imageDrivers);
  if (isAbsent(image)) return isAbsent(driver) ? null : { ...current, imageDriver: named };
  return { image: demandImage(image), imageDriver: named };
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === 'None';
}

function demandDriver(value: unknown, known: readonly string[]): string {
  if (typeof value !== 'string' || !known.includes(value)) {
    throw new InvalidValueError(`image_driver: it must be one of ${known.join(', ')}`, 'validation-error');
  }
  return servedDriver(value);
}

function demandImage(value: unknown): string {
  if (typeof value !== 'string' || value.length < MIN_IMAGE || value.length > MAX_IMAGE) {
    throw new InvalidValueError(`image: it must be the name of an image, ${MIN_IMAGE} to ${MAX_IMAGE} characters`);
  }
  parseImageReference(value, null);
  return value;
}
