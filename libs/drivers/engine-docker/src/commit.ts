import { LABEL_ACTION, LABEL_HOST, LABEL_UUID } from '@zun/driver-api';
import { engineName } from '@zun/domain';
import type { EngineClient } from './engine-client.js';
import { splitTag } from './pull.js';

/**
 * Makes an image of a container. The engine hands the container's labels down to it, and knows no way to leave one out: ours are made
 * empty, so that nothing made from the image passes for a container of ours. Writing out a large file system takes as long as it takes.
 */
export async function commitContainer(client: EngineClient, uuid: string, reference: string): Promise<void> {
  const { repository: repo, tag } = splitTag(reference);
  const changes = [LABEL_UUID, LABEL_HOST, LABEL_ACTION].map((label) => `LABEL ${label}=""`).join('\n');
  await client.call(
    (docker, abortSignal) => docker.getContainer(engineName(uuid)).commit({ repo, tag, pause: true, changes, abortSignal }),
    { uuid, timeoutMs: Infinity },
  );
}
