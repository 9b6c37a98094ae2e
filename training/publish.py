"""Publish trained weights: one Hub repo a variant, and its commit pinned in weights_manifest.json.

python training/publish.py --namespace NAME [VARIANT ...] [--private] [--tag v1] [--dry-run]
python training/publish.py --namespace NAME --data [SET ...]: the sets that they learned from, pinned in sets.json
"""

import argparse
import re
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from huggingface_hub import CommitOperationAdd, HfApi, get_token

from models import console, hub
from training.data import licences, named_sets
from training.report.card import card


class PublishError(Exception):
    """Why nothing more was published: one line, and what to do next."""


def main(argv: list[str] | None = None) -> int:
    """Exit status of the command line: 0, or 1 after one line on stderr."""
    args = parser().parse_args(argv)
    try:
        if args.data:
            return publish_sets(args)
        variants = args.variants or list(hub.rows())
        check(variants, args)
        for variant in variants:
            repo = f"{args.namespace}/gan-atlas-{variant}"
            if args.dry_run:
                sizes = [file["size"] for file in hub.row_of(variant)["files"].values()]
                print(f"would send {len(sizes)} files of {variant}, {sum(sizes) / 1e6:.1f} MB, to {repo}")
            else:
                print(f"sent {variant} to {repo} at {send(variant, repo, args.private, args.tag)}")
    except (PublishError, hub.WeightsError) as error:
        print(f"publish.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("publish.py: stopped; what was sent is pinned, run this again for the rest", file=sys.stderr)
        return 130
    return 0


def parser():
    p = argparse.ArgumentParser(prog="publish.py", description="Publish weights/VARIANT to the Hub.")
    p.add_argument("variants", nargs="*", metavar="VARIANT", help="default: every row of the manifest")
    text = "publish training sets of these names in place of weights, from the cache; default: all that lie there"
    p.add_argument("--data", action="store_true", help=text)
    p.add_argument("--namespace", required=True, help="Hub user or organization")
    p.add_argument("--private", action="store_true", help="make new repos private")
    p.add_argument("--tag", help="also tag the new commit, for example v1")
    p.add_argument("--dry-run", action="store_true", help="check the files, send nothing")
    return p


def check(variants, args):
    """PublishError or WeightsError if anything keeps one of the variants from being sent.

    All are checked before the first is sent: a bad file must not leave half a family published.
    """
    if not variants:
        raise PublishError("weights_manifest.json has no row; train: python training/run.py dcgan --install")
    check_account(args)
    for variant in variants:
        row, folder = hub.row_of(variant), hub.WEIGHTS / variant
        train = f"train it: python training/run.py {variant} --install"
        if not folder.is_dir():
            raise PublishError(f"no folder {folder}; {train}")
        for name, expected in row["files"].items():
            if wrong := hub.mismatch(folder / name, expected):
                raise PublishError(
                    f"{folder / name} is not the file in weights_manifest.json: {wrong}; restore it: "
                    f"git checkout weights/{variant}, or {train}"
                )


def check_account(args):
    """PublishError for a namespace that cannot be, or without a token."""
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,95}", args.namespace, re.ASCII):
        raise PublishError(f"--namespace {args.namespace!r} is no Hub user or organization: give its name alone")
    if not args.dry_run and not get_token():
        raise PublishError("no Hub token on this machine; log in with one that may write: hf auth login")


def publish_sets(args):
    """Send each named set that lies in the cache, with its card; all are checked before the first is sent."""
    check_account(args)
    known = named_sets.index()["sets"]
    names = args.variants or [name for name in known if named_sets.complete(name)]
    for name in names or [""]:
        facts = licences.KNOWN.get(name)
        if facts and facts["license"] == "other":
            raise PublishError(f"{name} is not published: {facts['terms']}")
        if name not in known:
            raise PublishError(f"no set {name!r}: there are {', '.join(known)}")
        if not named_sets.complete(name):
            raise PublishError(
                f"{name} is not whole: put {', '.join(known[name]['files'])} into {named_sets.folder(name)}"
            )
    for name in names:
        repo = f"{args.namespace}/gan-atlas-{name}"
        if args.dry_run:
            print(f"would send {', '.join(known[name]['files'])} to {repo}")
            continue
        commit = send_set(name, repo, args.private)
        named_sets.pin(name, repo, commit)
        print(f"sent {name} to {repo} at {commit}")
    return 0


def send_set(name, repo, private):
    """Create or update a set's repo: its files and its card; the commit's 40 hex digits."""
    api, here = HfApi(), named_sets.folder(name)
    files = {file: here / file for file in named_sets.index()["sets"][name]["files"]}
    files["README.md"] = card_of_set(name).encode()
    try:
        api.create_repo(repo, repo_type="dataset", private=private, exist_ok=True)
        operations = [CommitOperationAdd(file, source) for file, source in files.items()]
        return api.create_commit(repo, operations, commit_message=f"The set {name}", repo_type="dataset").oid
    except Exception as error:  # as in `send`
        raise PublishError(f"{repo}: {_reason(error)}") from None


def card_of_set(name):
    """A set's card on the Hub: licence, what it is, its terms, its files."""
    facts, files = licences.KNOWN[name], named_sets.index()["sets"][name]["files"]
    rows = "\n".join(f"- `{file}`, sha256 `{digest}`" for file, digest in files.items())
    terms = facts["terms"].replace("these weights", "these pictures")
    return (
        f"---\nlicense: {facts['license']}\npretty_name: {name}\n---\n\n# {facts['title']}\n\n{terms}\n\n"
        f"One of the sets that GAN Atlas's weights learned from: `python training/run.py VARIANT --data atlas:{name}`."
        f"\n\n{rows}\n"
    )


def send(variant: str, repo: str, private: bool = False, tag: str | None = None) -> str:
    """Create or update the repo, tag it, pin repo and commit in the manifest; the commit's 40 hex digits."""
    row, folder, api = hub.row_of(variant), hub.WEIGHTS / variant, HfApi()
    if not (folder / "README.md").exists():
        (folder / "README.md").write_text(card(hub.from_folder(variant, folder).config), "utf-8")
    try:
        api.create_repo(repo, private=private, exist_ok=True)
        commit = api.upload_folder(
            repo_id=repo,
            folder_path=folder,
            allow_patterns=["README.md", "real.png", *row["files"]],
            commit_message=f"Weights of {variant}",
        ).oid
        if tag:
            # With exist_ok the Hub keeps an old tag where it is, and says nothing.
            api.create_tag(repo, tag=tag, revision=commit, exist_ok=True)
            at = api.model_info(repo, revision=tag).sha
            if at != commit:
                print(f"{repo}: tag {tag} was there already and stays at {at}; choose another --tag for {commit}")
    except Exception as error:  # the client lets its HTTP library through, and which one that is changes
        raise PublishError(f"{repo}: {_reason(error)}") from None
    hub.write_row(variant, {**row, "repo": repo, "revision": commit})
    return commit


def _reason(error):
    if getattr(getattr(error, "response", None), "status_code", None) in (401, 403):
        return f"the Hub refuses this token ({hub.reason(error)}); log in with another: hf auth login"
    return f"{hub.reason(error)}; check the network and HF_ENDPOINT, and run this again"


if __name__ == "__main__":
    sys.exit(console.run(main))
