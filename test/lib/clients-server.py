"""Runs `zun` and `openstack` with everything imported once: a fork for each command, which is otherwise as from a shell.

A line of JSON in, {"id", "program", "args", "env", "cwd"}; a line out when it has ended, {"id", "code", "stdout", "stderr"}.
"""
import importlib
import json
import os
import sys
import tempfile
import threading

MAINS = {'zun': ('zunclient.shell', 'zun'), 'openstack': ('openstackclient.shell', 'openstack')}
WARM = ('zunclient.v1.client', 'zunclient.osc.plugin', 'keystoneauth1.loading', 'openstackclient.identity.client')
lock = threading.Lock()


def child(request, out, err):
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.chdir(request['cwd'])
    os.environ.clear()
    os.environ.update(request['env'])
    module, name = MAINS[request['program']]
    sys.argv = [name] + request['args']
    code = 1
    try:
        code = importlib.import_module(module).main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
    if isinstance(code, str):
        print(code, file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(code or 0))


def serve(request):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = os.fork()
        if pid == 0:
            child(request, out.fileno(), err.fileno())
        status = os.waitpid(pid, 0)[1]
        answer = {'id': request['id'], 'code': os.waitstatus_to_exitcode(status)}
        for name, file in (('stdout', out), ('stderr', err)):
            file.seek(0)
            answer[name] = file.read().decode(errors='replace')
    with lock:
        print(json.dumps(answer), flush=True)


for warm in [module for module, _ in MAINS.values()] + list(WARM):
    importlib.import_module(warm)
for line in sys.stdin:
    threading.Thread(target=serve, args=(json.loads(line),)).start()
