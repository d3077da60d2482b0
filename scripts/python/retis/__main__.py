# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
"""What "retis python" runs: a script or a shell, with `reader` set."""

import os
import sys

if not __package__:
    # Started as a file: the package is found from the folder above.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from retis import EventFile  # noqa: E402

DEFAULT = "retis.data"


def fail(message):
    sys.exit(f"Error: {message}")


def parse_args(words):
    """-i INPUT, then the script and its arguments, behind "--" or not."""
    path = None
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word == "--":
            break
        if word in ("-i", "--input") and words:
            path = words.pop(0)
        else:
            fail(f"unexpected argument '{word}'")
    return path, words


def open_input(path):
    if path is None:
        return EventFile.with_rotation(DEFAULT if os.path.isfile(DEFAULT) else DEFAULT + ".0")
    if path.endswith(".."):
        return EventFile.with_rotation(path[:-2])
    return EventFile(path)


def script_dirs():
    home = os.path.expanduser("~")
    config = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    yield os.path.join(config, "retis", "python")
    yield os.path.join(home, ".config", "retis", "python")
    # PREFIX/lib/retis/python -> PREFIX/share/retis/python
    yield os.path.normpath(os.path.join(package, "../../../share/retis/python"))
    yield "/usr/share/retis/python"


def find_script(name):
    if os.path.exists(name):
        return name
    for folder in script_dirs():
        path = os.path.join(folder, os.path.splitext(name)[0] + ".py")
        if os.path.exists(path):
            return path
    fail(f"Python script named {name} not found")


def run_script(path, args, variables):
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec")
    sys.argv = [path, *args]
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    variables.update(__name__="__main__", __file__=path)
    exec(code, variables)


def keep_history(readline):
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    path = os.path.join(state, "retis", "python_history")

    def save():
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            readline.write_history_file(path)
        except OSError:
            pass

    try:
        readline.read_history_file(path)
    except OSError:
        pass
    import atexit

    atexit.register(save)


def run_shell(variables):
    import code

    try:
        import readline
        import rlcompleter

        readline.set_completer(rlcompleter.Completer(variables).complete)
        readline.parse_and_bind("tab: complete")
        keep_history(readline)
    except ImportError:
        pass
    try:
        exec("from scapy.all import *", variables)
    except ImportError:
        pass
    sys.argv = []
    code.interact(banner="Events: for event in reader.events(): ...", local=variables,
                  exitmsg="")


def main():
    path, words = parse_args(sys.argv[1:])
    try:
        reader = open_input(path)
    except RuntimeError as err:
        fail(err)
    variables = {"reader": reader, "sys": sys, "__builtins__": __builtins__}
    if words:
        run_script(find_script(words[0]), words[1:], variables)
    else:
        run_shell(variables)


try:
    main()
except BrokenPipeError:
    # Like "retis print": who reads has seen enough.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
except KeyboardInterrupt:
    sys.exit(130)
