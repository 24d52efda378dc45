import { Injectable } from '@nestjs/common';

/** Whether the engine answers, as everybody here who talks to it finds; null until the first try. */
@Injectable()
export class EngineHealth {
  private up: boolean | null = null;
  private readonly listeners: ((isUp: boolean) => void)[] = [];

  get isUp(): boolean {
    return this.up === true;
  }

  /** It has answered. */
  found(): void {
    this.set(true);
  }

  /** It has not. */
  lost(): void {
    this.set(false);
  }

  /** Called when it goes away or comes back, not each time somebody notices. */
  onChange(listener: (isUp: boolean) => void): void {
    this.listeners.push(listener);
  }

  private set(isUp: boolean): void {
    if (this.up === isUp) return;
    this.up = isUp;
    for (const listen of this.listeners) listen(isUp);
  }
}
