import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Everything that running makes: configuration, data, logs, clients. `ZUN_HOME` moves it elsewhere. */
export const home = process.env.ZUN_HOME ? resolve(process.env.ZUN_HOME) : join(root, '.zun');

/**
 * The built entry of a service.
 * @param {string} app
 */
export const serviceEntry = (app) => join(root, 'dist', 'apps', app, 'main.js');
