import type { Params } from '@zun/api-schema';
import { parseImageReference, type ImageChoice } from '@zun/domain';
import { servedDriver } from './create-request.js';

/**
 * What a checked rebuild is to make the container from; null: what it is made from already.
 * @param current what it is made from until then
 * @throws InvalidValueError for an image whose name makes no sense, and for a driver that is not served
 */
export function rebuildImageOf(params: Params, current: ImageChoice): ImageChoice | null {
  const [image, driver] = [given(params.image), given(params.image_driver)];
  if (image === null && driver === null) return null;
  if (image !== null) parseImageReference(image, null);
  return { image: image ?? current.image, imageDriver: driver === null ? current.imageDriver : servedDriver(driver) };
}

/** Python clients send the text None for nothing. */
function given(value: unknown): string | null {
  return typeof value === 'string' && value !== 'None' ? value : null;
}
