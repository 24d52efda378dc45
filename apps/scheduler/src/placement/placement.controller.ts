import { Controller } from '@nestjs/common';
import { PlaceContainer, placeContainer, type Placement } from '@zun/contracts';
import { Handles } from '@zun/transport';
import { Placer } from './placer.js';

@Controller()
export class PlacementController {
  constructor(private readonly placer: Placer) {}

  @Handles(placeContainer)
  place({ containerUuid }: PlaceContainer): Promise<Placement> {
    return this.placer.place(containerUuid);
  }
}
