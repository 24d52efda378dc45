import { Controller, Inject } from '@nestjs/common';
import { createExec, CreateExec, openTerminal, OpenTerminal, resizeTerminal, ResizeTerminal } from '@zun/contracts';
import { splitWords } from '@zun/domain';
import { Handles } from '@zun/transport';
import { PARTS, type ComputeParts } from '../parts.js';
import { Terminals } from './terminals.js';

/** Streams into containers: what the API asks of them. */
@Controller()
export class TerminalsController {
  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(Terminals) private readonly terminals: Terminals,
  ) {}

  @Handles(createExec)
  async create({ uuid, command, interactive }: CreateExec): Promise<{ execId: string }> {
    return { execId: await this.parts.engine.createExec(uuid, { command: splitWords(command), interactive }) };
  }

  /** Answers once both ways are open. */
  @Handles(openTerminal)
  async open({ uuid, execId, stream }: OpenTerminal): Promise<Record<string, never>> {
    await this.terminals.open({ uuid, execId: execId ?? null }, stream);
    return {};
  }

  @Handles(resizeTerminal)
  async resize({ uuid, execId, height, width }: ResizeTerminal): Promise<Record<string, never>> {
    const { engine } = this.parts;
    const size = { height, width };
    await (execId ? engine.resizeExec(uuid, execId, size) : engine.resize(uuid, size));
    return {};
  }
}
