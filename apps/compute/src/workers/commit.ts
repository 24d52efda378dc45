import { committedReference } from '@zun/domain';
import { lookAt, type Verb } from './verb.js';

/** Makes an image of the container; its processes stand still meanwhile. One that an earlier try has made is taken as it is. */
export const commit: Verb = (context) =>
  context.step('compute__do_container_commit', async () => {
    const { commit: wanted } = context.message.params;
    if (!wanted) throw new Error('a commit names its image');
    const { uuid } = await lookAt(context);
    context.made(await context.engine.commit(uuid, committedReference(wanted.imageUuid)));
  });
