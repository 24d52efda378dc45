import { Catch, type DynamicModule, type INestMicroservice, type LoggerService, type RpcExceptionFilter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Contract, Destination } from '@zun/contracts';
import { firstValueFrom, isObservable, throwError, type Observable } from 'rxjs';
import type { Registration, Transport } from './transport.js';

/** Marks a method of a Nest controller as the handler of a contract; it receives the checked payload. */
export function Handles(contract: Contract<object, unknown>): MethodDecorator {
  return MessagePattern(contract.type);
}

export interface ContractServerOptions {
  readonly transport: Transport;
  readonly at: Destination;
  /** Every contract this service must serve. */
  readonly contracts: readonly Contract<object, unknown>[];
}

/** A Nest microservice strategy that serves contracts on whichever {@link Transport} the process has. */
export class ContractServer extends Server implements CustomTransportStrategy {
  constructor(private readonly options: ContractServerOptions) {
    super();
  }

  /** @throws Error naming every contract without a handler, and every handler without a contract */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      await this.options.transport.serve(this.options.at, this.registrations());
      callback();
    } catch (error) {
      callback(error);
    }
  }

  async close(): Promise<void> {
    // The transport outlives this server: whoever made it closes it.
  }

  override on(): never {
    throw new Error('a contract server has no events');
  }

  override unwrap<T>(): T {
    return this.options.transport as T;
  }

  private registrations(): Registration[] {
    const handlers = new Map(this.messageHandlers);
    const registrations = this.options.contracts.map((contract): Registration => {
      const handler = handlers.get(contract.type);
      if (!handler) throw new Error(`no handler for the contract ${contract.type}: add one with @Handles`);
      handlers.delete(contract.type);
      return {
        contract,
        handler: async (payload: object, context: unknown) => {
          const result: unknown = await handler(payload, context);
          return isObservable(result) ? firstValueFrom(result, { defaultValue: undefined }) : result;
        },
      };
    });
    const [stray] = handlers.keys();
    if (stray) throw new Error(`the handler of ${stray} serves no contract of this service`);
    return registrations;
  }
}

/** Hands a handler's error to the transport as it is; Nest would make it an `Internal server error`. */
@Catch()
class PassErrors implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Starts a Nest application that serves contracts and listens on no port.
 * @throws Error when a contract has no handler
 */
export async function startContractServer(
  module: DynamicModule,
  options: ContractServerOptions & { readonly logger: LoggerService },
): Promise<INestMicroservice> {
  const { logger, ...server } = options;
  const app = await NestFactory.createMicroservice(module, {
    strategy: new ContractServer(server),
    logger,
    abortOnError: false,
  });
  app.useGlobalFilters(new PassErrors());
  await app.listen();
  return app;
}
