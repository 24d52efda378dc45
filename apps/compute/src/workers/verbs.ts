import type { LoggedAction } from '@zun/domain';
import { commit } from './commit.js';
import { create } from './create.js';
import { remove } from './delete.js';
import { kill } from './kill.js';
import { attachNetwork, detachNetwork } from './networks.js';
import { pause } from './pause.js';
import { reboot } from './reboot.js';
import { rebuild } from './rebuild.js';
import { start } from './start.js';
import { stop } from './stop.js';
import { unpause } from './unpause.js';
import { update } from './update.js';
import type { Verb } from './verb.js';

/** What carries out each action. */
export const VERBS: Readonly<Record<LoggedAction, Verb>> = {
  create,
  start,
  stop,
  reboot,
  pause,
  unpause,
  kill,
  commit,
  rebuild,
  network_attach: attachNetwork,
  network_detach: detachNetwork,
  update,
  delete: remove,
};
