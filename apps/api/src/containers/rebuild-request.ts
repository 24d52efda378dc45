import type { Params } from '@zun/api-schema';
import type { ImageChoice } from '@zun/domain';
import { imageDriverOf } from '../images/image-names.js';

/**
 * What a checked rebuild is to make the container from, by name; null: what it is made from already.
 * @param current what it is made from until then
 */
export function rebuildImageOf(params: Params, current: ImageChoice): Pick<ImageChoice, 'image' | 'imageDriver'> | null {
  const named = params.image;
  const image = typeof named === 'string' && named !== 'None' ? named : null;
  const imageDriver = imageDriverOf(params);
  if (image === null && imageDriver === null) return null;
  return { image: image ?? current.image, imageDriver: imageDriver ?? current.imageDriver };
}
