/** Runs until it is asked to stop, and then ends at once, where a bare `sleep` waits to be killed. */
export const PATIENT = ['sh', '-c', "trap 'exit 0' TERM; sleep 1000 & wait"] as const;
