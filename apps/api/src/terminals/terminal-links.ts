import { Inject, Injectable } from '@nestjs/common';
import { StreamTokenStore, type ContainerRow } from '@zun/persistence';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** Addresses of websockets into containers, each good once and for a short time. */
@Injectable()
export class TerminalLinks {
  constructor(
    private readonly tokens: StreamTokenStore,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  /**
   * @param origin where the client has reached the API, `http(s)://host[:port]`
   * @param execId the command to join; null: the container's own process
   */
  async make(origin: string, row: ContainerRow, execId: string | null): Promise<string> {
    const { baseUrl, tokenTtlMs } = this.options.terminals;
    const token = await this.tokens.issue(row, execId, tokenTtlMs);
    const base = baseUrl ?? `${origin.replace(/^http/, 'ws')}/`;
    return `${base}?token=${token}&uuid=${row.uuid}${execId === null ? '' : `&exec_id=${execId}`}`;
  }
}
