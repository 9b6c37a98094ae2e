"""GAN Atlas: the classic GAN family on one page. python app.py, then open http://127.0.0.1:7860."""

import argparse
import os
import signal
import socket
import sys
from pathlib import Path

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read when gradio is imported


def end_on_signals():
    """Remove the temporary folder where the process is ended or its terminal closed."""

    def end(*_):
        if "demo.serving" in sys.modules:
            sys.modules["demo.serving"].remove_folder()
        os._exit(0)  # sys.exit would abort while a thread is in torch

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number and signal.getsignal(number) == signal.SIG_DFL:  # nohup ignores it
            signal.signal(number, end)


def check_address(host, port):
    """Exit in one line where nothing can listen there, before all the rest is imported."""
    bare = host.strip("[]")
    try:
        socket.create_server((bare, port), family=socket.AF_INET6 if ":" in bare else socket.AF_INET).close()
    except OSError as error:
        why = str(error.strerror).split(" (while")[0]
        sys.exit(f"Cannot listen on {host}, port {port}: {why}. Choose another with --port or --host.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument(
        "--host",
        default=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"),
        help="address to listen on; 0.0.0.0 for every network",
    )
    parser.add_argument(
        "--port", type=int, default=int(os.environ.get("GRADIO_SERVER_PORT", "7860")), help="port to listen on"
    )
    parser.add_argument(
        "--weights", type=Path, metavar="DIR", help="more checkpoints for the tabs, each in a folder of its own"
    )
    args = parser.parse_args()
    if not 0 < args.port < 65536:
        parser.error(f"--port {args.port}: choose 1 to 65535")
    if args.weights and not args.weights.is_dir():
        parser.error(f"--weights {args.weights} is no folder: give one that holds a folder for each checkpoint")
    os.environ["NO_PROXY"] = f"{args.host},{os.environ.get('NO_PROXY', '')}"  # launching asks the page whether it runs
    end_on_signals()
    check_address(args.host, args.port)

    import demo  # after the arguments, so that --help answers at once
    from models import runtime

    try:
        runtime.start()
    except ValueError as error:
        parser.error(str(error))
    if args.weights:
        demo.weights.folders.append(args.weights)
    page = demo.build()
    page.launch(server_name=args.host, server_port=args.port, prevent_thread_lock=True, **demo.look())
    demo.warm_up()  # once the page answers: launching waits three seconds for that, and no longer
    page.block_thread()


if __name__ == "__main__":
    main()
