"""Put the page on a Hugging Face Space: python -m demo.deploy --space NAME/gan-atlas [--private] [--dry-run].

The Space is created, or brought up to this copy: files that it no longer needs are removed. Weights that are published
(python training/publish.py) are not sent: the Space fetches them from their repos at the pinned commits.
"""

import argparse
import re
import sys
from pathlib import Path

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, get_token

from models import console, hub

FILES = ("app.py", "requirements.txt", "LICENSE", "weights_manifest.json", "docs/home.png")
FOLDERS = ("models", "demo", "theory", "docs/claims", "weights")  # what the page imports and shows
PASSED_OVER = re.compile(r"(^|/)(\.|__pycache__)|\.(tmp|lock|pyc)$")
KEPT = {".gitattributes"}  # the Hub's own


class DeployError(Exception):
    """Why nothing was sent: one line, and what to do next."""


def content(root=hub.ROOT):
    """{path in the Space: Path or bytes} of all that the page needs there; DeployError or WeightsError if it lacks."""
    root, rows = Path(root), hub.rows()
    found = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*")) if path.is_file()]
    sent = {path.relative_to(root).as_posix(): path for path in [root / name for name in FILES] + found}
    sent = {name: path for name, path in sent.items() if not PASSED_OVER.search(name)}
    for name in (name for name in FILES if not (root / name).is_file()):
        raise DeployError(f"{root} lacks {name}: run this in a whole copy of the project")
    for variant, row in rows.items():
        for name, expected in hub.row_of(variant)["files"].items():
            place = f"weights/{variant}/{name}"
            if row.get("revision") and name.endswith(".safetensors"):
                sent.pop(place, None)
            elif wrong := hub.mismatch(root / place, expected):
                raise DeployError(f"{place} is not the file in weights_manifest.json: {wrong}; git checkout {place}")
    return {**sent, "README.md": readme((root / "README.md").read_text("utf-8"), rows).encode()}


def readme(text, rows):
    """The README with `preload_from_hub` in its front matter, a line for each published variant."""
    lines = []
    for row in rows.values():
        if row.get("revision"):
            names = ",".join(name for name in row["files"] if name.endswith(".safetensors"))
            lines.append(f"  - {row['repo']} {names} {row['revision']}")
    _, matter, rest = text.split("---\n", 2)
    return "---\n".join(["", matter + "".join(f"{line}\n" for line in ["preload_from_hub:", *lines] if lines), rest])


def send(space, private=False):
    """Create or update the Space in one commit; (address, commit). DeployError in one line if the Hub refuses."""
    files, api = content(), HfApi()
    if not get_token():
        raise DeployError("no Hub token on this machine; log in with one that may write: hf auth login")
    try:
        api.create_repo(space, repo_type="space", space_sdk="gradio", private=private, exist_ok=True)
        old = set(api.list_repo_files(space, repo_type="space")) - files.keys() - KEPT
        operations = [CommitOperationAdd(name, source) for name, source in files.items()]
        operations += [CommitOperationDelete(name) for name in sorted(old)]
        commit = api.create_commit(space, operations, commit_message="GAN Atlas", repo_type="space").oid
    except Exception as error:  # the client lets its HTTP library through, and which one that is changes
        raise DeployError(
            f"{space}: {hub.reason(error)}; check the token and the network, and run this again"
        ) from None
    return f"{api.endpoint}/spaces/{space}", commit


def size(source):
    return len(source) if isinstance(source, bytes) else source.stat().st_size


def main(argv=None):
    parser = argparse.ArgumentParser(prog="demo.deploy", description=__doc__.splitlines()[0])
    parser.add_argument("--space", required=True, metavar="NAME/SPACE", help="your Hub name and the Space's")
    parser.add_argument("--private", action="store_true", help="make a new Space private")
    parser.add_argument("--dry-run", action="store_true", help="say what would be sent, and send nothing")
    args = parser.parse_args(argv)
    try:
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", args.space, re.ASCII):
            raise DeployError(f"--space {args.space!r} is no NAME/SPACE")
        if args.dry_run:
            files = content()
            for name, source in sorted(files.items()):
                print(f"{size(source):>12,}  {name}")
            print(f"would send {len(files)} files, {sum(map(size, files.values())) / 1e6:.1f} MB, to {args.space}")
        else:
            print("{} at {}".format(*send(args.space, args.private)))
    except (DeployError, hub.WeightsError) as error:
        print(f"demo.deploy: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(console.run(main))
