"""Publish trained weights: one Hub repo a variant, and its commit pinned in weights_manifest.json.

python training/publish.py --namespace NAME [VARIANT ...] [--private] [--tag v1] [--dry-run]
"""

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from huggingface_hub import HfApi, get_token

from models import hub
from training.report.card import card

NAMESPACE = re.compile(r"[A-Za-z0-9][\w.-]{0,95}", re.ASCII)


class PublishError(Exception):
    """Why nothing more was published: one line, and what to do next."""


@dataclass(frozen=True)
class Parcel:
    """One variant ready to be sent: its repo, its manifest row, and the folder that was checked."""

    variant: str
    repo: str
    row: dict
    folder: Path

    def __str__(self):
        size = sum(file["size"] for file in self.row["files"].values())
        return f"{len(self.row['files'])} files of {self.folder.name}, {size / 1e6:.1f} MB, to {self.repo}"


def main(argv: list[str] | None = None) -> int:
    """Exit status of the command line: 0, or 1 after one line on stderr."""
    args = _arguments().parse_args(argv)
    try:
        # All are checked before the first is sent: a bad file must not leave half a family published.
        parcels = [pack(variant, args.namespace) for variant in args.variants or _every_row()]
        if not args.dry_run and not get_token():
            raise PublishError("no Hub token on this machine; log in with one that may write: hf auth login")
        for parcel in parcels:
            if args.dry_run:
                print(f"would send {parcel}")
            else:
                commit = send(parcel, args.private, args.tag)
                print(f"sent {parcel} at {commit}")
    except (PublishError, hub.WeightsError) as error:
        print(f"publish.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("publish.py: stopped; what was sent is pinned, run this again for the rest", file=sys.stderr)
        return 130
    return 0


def pack(variant: str, namespace: str) -> Parcel:
    """A variant whose files are all the manifest's; PublishError or WeightsError names what is not."""
    if not NAMESPACE.fullmatch(namespace):
        raise PublishError(f"--namespace {namespace!r} is no Hub user or organization: give its name alone")
    row, folder = hub.row_of(variant), hub.WEIGHTS / variant
    if not folder.is_dir():
        raise PublishError(f"no folder {folder}; train it: python training/run.py {variant} --install")
    for name, expected in row["files"].items():
        wrong = hub.mismatch(folder / name, expected)
        if wrong:
            raise PublishError(
                f"{folder / name} is not the file in weights_manifest.json: {wrong}; restore "
                f"it: git checkout weights/{variant}, or train it: python training/run.py "
                f"{variant} --install"
            )
    return Parcel(variant, f"{namespace}/gan-atlas-{variant}", row, folder)


def send(parcel: Parcel, private: bool = False, tag: str | None = None) -> str:
    """Create or update the repo, pin repo and commit in the manifest, tag; the commit's 40 hex digits."""
    readme = parcel.folder / "README.md"
    if not readme.exists():
        readme.write_text(card(hub.from_folder(parcel.variant, parcel.folder).config), "utf-8")
    api = HfApi()
    try:
        api.create_repo(parcel.repo, private=private, exist_ok=True)
        commit = api.upload_folder(
            repo_id=parcel.repo,
            folder_path=parcel.folder,
            allow_patterns=["README.md", "real.png", *parcel.row["files"]],
            commit_message=f"Weights of {parcel.variant}",
        ).oid
        hub.write_row(parcel.variant, {**parcel.row, "repo": parcel.repo, "revision": commit})
        if tag:
            _tag(api, parcel.repo, tag, commit)
    except hub.WeightsError:
        raise
    except Exception as error:  # the client lets its HTTP library through, and which one that is changes
        raise PublishError(f"{parcel.repo}: {_reason(error)}") from None
    return commit


def _tag(api, repo, tag, commit):
    # With exist_ok the Hub keeps an old tag where it is, and says nothing.
    api.create_tag(repo, tag=tag, revision=commit, exist_ok=True)
    at = api.model_info(repo, revision=tag).sha
    if at != commit:
        print(f"{repo}: tag {tag} was there already and stays at {at}; choose another --tag for {commit}")


def _reason(error):
    if getattr(getattr(error, "response", None), "status_code", None) in (401, 403):
        return f"the Hub refuses this token ({hub.reason(error)}); log in with another: hf auth login"
    return f"{hub.reason(error)}; check the network and HF_ENDPOINT, and run this again"


def _every_row():
    found = list(hub.rows())
    if not found:
        raise PublishError("weights_manifest.json has no row; train: python training/run.py dcgan --install")
    return found


def _arguments():
    parser = argparse.ArgumentParser(prog="publish.py", description="Publish weights/VARIANT to the Hub.")
    parser.add_argument("variants", nargs="*", metavar="VARIANT", help="default: every row of the manifest")
    parser.add_argument("--namespace", required=True, help="Hub user or organization")
    parser.add_argument("--private", action="store_true", help="make new repos private")
    parser.add_argument("--tag", help="also tag the new commit, for example v1")
    parser.add_argument("--dry-run", action="store_true", help="check the files, send nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main())
