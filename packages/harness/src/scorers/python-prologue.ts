/** What a Python process runs before an untrusted program: limits on resources, then a hook that refuses everything outside. */

/** How the process ends when the program used up its memory. */
export const outOfMemoryCode = 97;

/**
 * For `python -I -S -B -c`: reads the program from standard input and runs it as a module named `program`.
 * Arguments: bytes of address space, seconds of processor time, seconds until an alarm ends a process that nobody stops.
 */
export const pythonPrologue = `
def run():
    import builtins, os, resource, sys, _posixsubprocess, _signal, _thread
    memory, processor, alarm = (int(argument) for argument in sys.argv[1:])
    source = sys.stdin.buffer.read().decode()
    sys.argv = ['program.py']
    builtins.exit = builtins.quit = sys.exit
    realpath, fsdecode = os.path.realpath, os.fsdecode
    readable = tuple(realpath(path) for path in sys.path)
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

    def is_readable(path):
        if isinstance(path, int):
            return path <= 2
        real = realpath(fsdecode(path))
        return any(real == root or real.startswith(root + '/') for root in readable)

    harmless = {'os.putenv', 'os.unsetenv', 'os.walk', 'os.fwalk'}
    refused = ('os.', 'socket.', 'subprocess.', 'ctypes.', 'fcntl.', 'resource.', 'syslog.', '_posixsubprocess.', 'pty.',
        'shutil.', 'sqlite3.', 'urllib.', 'http.', 'ftplib.', 'smtplib.', 'poplib.', 'imaplib.', 'nntplib.', 'telnetlib.',
        'webbrowser.', 'signal.pthread_kill', 'sys.addaudithook')
    foreign = {'ctypes', '_ctypes', 'cffi', '_cffi_backend'}

    def refuse(event, *args):
        raise PermissionError('not allowed here: ' + event + (' ' + repr(args[0])[:80] if args else ''))

    def hook(event, args):
        if event == 'open':
            path, mode, flags = args
            if flags & writing and not isinstance(path, int):
                refuse('writing', path)
            if not is_readable(path):
                refuse('open', path)
        elif event == 'os.listdir' or event == 'os.scandir':
            if args[0] is None or not is_readable(args[0]):
                refuse(event, args[0])
        elif event == 'import':
            if args[0] in foreign:
                refuse('import', args[0])
        elif event == 'socket.__new__':
            # asyncio wakes itself through a pair of local sockets, which lead nowhere else.
            if args[1] != 1:
                refuse(event)
        elif event.startswith(refused) and event not in harmless:
            refuse(event, *args[:1])

    # These raise no event. Threads go too: they count as processes, which only root may start under the limit.
    _posixsubprocess.fork_exec = lambda *args: refuse('starting a process')
    _thread.start_new_thread = _thread.start_joinable_thread = lambda *args, **named: refuse('starting a thread')
    for name, soft, hard in (('CPU', processor, processor + 1), ('FSIZE', 0, 0), ('CORE', 0, 0), ('NPROC', 0, 0),
            ('NOFILE', 64, 64), ('AS', memory, memory)):
        try:
            resource.setrlimit(getattr(resource, 'RLIMIT_' + name), (soft, hard))
        except (AttributeError, OSError, ValueError):
            pass
    _signal.alarm(alarm)
    module = type(sys)('program')
    sys.modules['program'] = module
    sys.addaudithook(hook)
    try:
        exec(compile(source, 'program.py', 'exec', dont_inherit=True), module.__dict__)
    except MemoryError:
        os._exit(${outOfMemoryCode})
    except SystemExit:
        raise
    except BaseException as error:
        try:
            import linecache, traceback
            linecache.cache['program.py'] = (len(source), None, source.splitlines(True), 'program.py')
            error.__traceback__ = error.__traceback__.tb_next
            traceback.print_exception(type(error), error, error.__traceback__)
        except BaseException:
            sys.stderr.write(type(error).__name__ + '\\n')
        sys.stderr.flush()
        os._exit(1)

run()
`;
