import { Injectable } from '@nestjs/common';

/** Which containers are being worked on: others keep their hands off them, and come back when they are left alone. */
@Injectable()
export class Activity {
  private readonly active = new Set<string>();
  private readonly listeners: ((uuid: string) => void)[] = [];

  isActive(uuid: string): boolean {
    return this.active.has(uuid);
  }

  begin(uuid: string): void {
    this.active.add(uuid);
  }

  end(uuid: string): void {
    this.active.delete(uuid);
    for (const listen of this.listeners) listen(uuid);
  }

  onEnd(listener: (uuid: string) => void): void {
    this.listeners.push(listener);
  }
}
