"""How commands print."""

import sys


def run(main):
    """main(), whose prints never fail: what the console's encoding lacks is printed as an escape, as \\u65e5."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(errors="backslashreplace")
    return main()
