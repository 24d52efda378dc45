/** Removes volumes that no record of a scheduler's puts here: what a container that was deleted by force has left, and what an operator has forgotten. */
import { Inject, Injectable } from '@nestjs/common';
import { findUnknownVolumes, SCHEDULER } from '@zun/contracts';
import { PARTS, type ComputeParts } from '../parts.js';

const ANSWER_TIMEOUT_MS = 10_000;

@Injectable()
export class VolumeSweep {
  /** Those that nobody knew in the last round. */
  private suspects = new Set<string>();

  constructor(@Inject(PARTS) private readonly parts: ComputeParts) {}

  /** One round: what nobody knows twice in a row goes. @throws domain errors of the engine and the transport */
  async round(): Promise<void> {
    const before = this.suspects;
    this.suspects = new Set();
    const unknown = await this.findUnknown();
    for (const volume of unknown) if (before.has(volume)) await this.remove(volume);
    this.suspects = new Set(unknown);
  }

  private async findUnknown(): Promise<string[]> {
    const { volumes, transport, options } = this.parts;
    const uuids = [...(await volumes.list())];
    if (uuids.length === 0) return [];
    const question = { host: options.host, uuids };
    const { unknown } = await transport.request(SCHEDULER, findUnknownVolumes, question, { timeoutMs: ANSWER_TIMEOUT_MS });
    // Only what was asked about: a confused answer must not cost anybody data.
    return unknown.filter((uuid) => uuids.includes(uuid));
  }

  /** One that a container still has goes when that is gone. */
  private async remove(volume: string): Promise<void> {
    try {
      await this.parts.volumes.remove(volume);
      this.parts.logger.warn({ volume }, 'removed a volume that is in nobody’s records');
    } catch (error) {
      this.parts.logger.warn({ err: error, volume }, 'a volume that is in nobody’s records could not be removed');
    }
  }
}
