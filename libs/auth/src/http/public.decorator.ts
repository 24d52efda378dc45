import { SetMetadata } from '@nestjs/common';

export const PUBLIC_KEY = 'zun:public';

/** Marks a handler, or all of a controller, that needs no token. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC_KEY, true);
