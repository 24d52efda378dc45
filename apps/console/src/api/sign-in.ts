import { call } from './http.js';
import type { Session } from './types.js';

export interface SignInForm {
  readonly user: string;
  readonly password: string;
  readonly project: string;
  readonly user_domain: string;
}

/** Empty fields are left out. @throws ApiError */
export function requestSession({ user, password, project, user_domain }: SignInForm): Promise<Session> {
  const body = { user, password, project: project || undefined, user_domain: user_domain || undefined };
  return call('/console/api/sign-in', { method: 'POST', body });
}

/** The same user in another project. @throws ApiError */
export const changeProject = (projectId: string): Promise<Session> =>
  call('/console/api/projects', { method: 'POST', body: { project_id: projectId } });

/** Ends the token. */
export const revoke = (): Promise<void> => call('/console/api/sign-out', { method: 'POST' });
