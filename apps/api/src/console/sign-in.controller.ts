import { Body, Controller, Header, Headers, HttpCode, Inject, NotFoundException, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { Public, SIGN_IN, SignIn, UnauthenticatedError, type UserSession } from '@zun/auth';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { parseProjectChange, parseSignIn } from './sign-in-request.js';
import { PROJECT_CHANGE_LIMIT, SIGN_IN_LIMIT } from './sign-in-limits.js';

/** Tokens for people at a browser: the API asks the identity service, which need not know of browsers then. */
@Controller('/console/api')
@Public()
export class SignInController {
  constructor(
    @Inject(SIGN_IN) private readonly sessions: SignIn,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Post('sign-in')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @RouteConfig({ rateLimit: SIGN_IN_LIMIT })
  async signIn(@Body() body: unknown): Promise<string> {
    this.demandConsole();
    return present(await this.sessions.signIn(parseSignIn(body)));
  }

  @Post('projects')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @RouteConfig({ rateLimit: PROJECT_CHANGE_LIMIT })
  async changeProject(@Headers('x-auth-token') token: string | undefined, @Body() body: unknown): Promise<string> {
    this.demandConsole();
    if (!token) throw new UnauthenticatedError();
    return present(await this.sessions.changeProject(token, parseProjectChange(body)));
  }

  @Post('sign-out')
  @HttpCode(204)
  @RouteConfig({ rateLimit: PROJECT_CHANGE_LIMIT })
  async signOut(@Headers('x-auth-token') token: string | undefined): Promise<void> {
    this.demandConsole();
    if (!token) throw new UnauthenticatedError();
    await this.sessions.signOut(token);
  }

  private demandConsole(): void {
    if (!this.options.enableConsole) throw new NotFoundException();
  }
}

function present({ token, data, projects }: UserSession): string {
  return JSON.stringify({
    token,
    expires_at: new Date(data.expiresAt).toISOString(),
    user: { id: data.userId, name: data.userName },
    project: { id: data.projectId, name: data.projectName, domain: data.projectDomainId },
    roles: data.roles,
    projects: projects.map(({ id, name, domainId }) => ({ id, name, domain: domainId })),
  });
}
