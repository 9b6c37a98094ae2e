"""GAN Atlas: the classic GAN family on one page. python app.py, then open http://127.0.0.1:7860."""

import argparse
import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read when gradio is imported


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
    args = parser.parse_args()

    import demo  # after the arguments, so that --help answers at once

    page = demo.build()
    page.launch(server_name=args.host, server_port=args.port, prevent_thread_lock=True, **demo.look())
    demo.warm_up()  # once the page answers: launching waits three seconds for that, and no longer
    page.block_thread()


if __name__ == "__main__":
    main()
