import { call } from './http.js';
import type { ActionEvent, Container, ContainerAction } from './types.js';

const at = (uuid: string): string => `/v1/containers/${encodeURIComponent(uuid)}`;

/** Every container there is to see, page by page. */
export async function listContainers(allProjects: boolean): Promise<Container[]> {
  const all: Container[] = [];
  let marker: string | undefined;
  do {
    type Page = { containers: Container[]; next: string | null };
    const query = { all_projects: allProjects || undefined, marker };
    const { containers, next } = await call<Page>('/v1/containers', { query });
    all.push(...containers);
    marker = next === null ? undefined : containers.at(-1)?.uuid;
  } while (marker !== undefined);
  return all;
}

export const getContainer = (uuid: string, allProjects: boolean): Promise<Container> =>
  call(at(uuid), { query: { all_projects: allProjects || undefined } });

export const createContainer = (body: object): Promise<Container> =>
  call('/v1/containers', { method: 'POST', query: { run: true }, body });

export type ContainerVerb = 'start' | 'stop' | 'reboot' | 'pause' | 'unpause' | 'kill';

export const actOn = (uuid: string, verb: ContainerVerb): Promise<void> => call(`${at(uuid)}/${verb}`, { method: 'POST' });

export const renameContainer = (uuid: string, name: string): Promise<Container> =>
  call(at(uuid), { method: 'PATCH', body: { name } });

/** @param stop a container that runs is stopped first */
export const deleteContainer = (uuid: string, stop: boolean): Promise<void> =>
  call(at(uuid), { method: 'DELETE', query: { stop: stop || undefined } });

export const listActions = async (uuid: string): Promise<ContainerAction[]> =>
  (await call<{ containerActions: ContainerAction[] }>(`${at(uuid)}/container_actions`)).containerActions;

export const actionEvents = async (uuid: string, requestId: string): Promise<ActionEvent[]> =>
  (await call<{ events: ActionEvent[] }>(`${at(uuid)}/container_actions/${requestId}`)).events;

/** The address of a websocket, with a token that is good once. */
export const attachUrl = (uuid: string): Promise<string> => call(`${at(uuid)}/attach`);

export const startShell = (uuid: string, command: string): Promise<{ exec_id: string; proxy_url: string }> =>
  call(`${at(uuid)}/execute`, { method: 'POST', query: { command, run: false, interactive: true } });

/** @param execId null: the terminal of the container itself */
export const resizeTerminal = (uuid: string, execId: string | null, w: number, h: number): Promise<void> =>
  execId === null
    ? call(`${at(uuid)}/resize`, { method: 'POST', query: { w, h } })
    : call(`${at(uuid)}/execute_resize`, { method: 'POST', query: { exec_id: execId, w, h } });
