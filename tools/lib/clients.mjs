import { ensureVenv } from './venv.mjs';

/** zunclient still imports what newer setuptools no longer have. */
const REQUIREMENTS = ['python-zunclient==5.5.0', 'python-openstackclient', 'setuptools<81'];

/** What the virtual environment is made with. */
export const CLIENT_PACKAGES = ['python3-venv'];

/**
 * OpenStack's own command-line clients, in a virtual environment of theirs; made once.
 * @param {string} dir
 * @param {import('./steps.mjs').Say} say
 * @returns {Promise<string>} the folder to put first in PATH
 */
export const ensureClients = (dir, say) => ensureVenv(dir, REQUIREMENTS, say);
