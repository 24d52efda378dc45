import { Initial1795478400000 } from './1795478400000-initial.js';

/** In order; a migration that has landed is never changed. */
export const MIGRATIONS = [Initial1795478400000];
