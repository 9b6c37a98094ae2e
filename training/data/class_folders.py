"""Where the class folders of a data set are: below folders around everything, in its training part."""

import re
import sys
from collections import defaultdict

WORD = r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])"
SPLITS = {
    "train": "train|training",
    "held": "val|valid|validation|test|testing|dev|eval|evaluation|pred|prediction|predictions|extra|unlabell?ed",
}


def find(entries, source):
    """Entries (name, function) named from the class folder on, "class/picture.png", or "picture.png" without classes.

    What lies beside train/ or beside the class folders is left out, with a warning; source: what the user asked for.
    """
    every = [(tuple(name.split("/")), name, read) for name, read in entries]
    kept = training_part(every)
    left_out(every, kept, f"images in {source!r} are beside its training part and are left out")
    every = kept
    while folders := {parts[0] for parts, _, _ in kept if len(parts) > 1}:
        inside = [entry for entry in kept if len(entry[0]) > 1]
        if 2 * len(inside) <= len(kept):
            left_out(kept, inside, f"images in {source!r} lie beside its folders, so it has no classes")
            break
        kept = inside
        if len(folders) > 1 or 2 * sum(len(parts) > 2 for parts, _, _ in kept) <= len(kept):
            break
        kept = [(parts[1:], name, read) for parts, name, read in kept]
    left_out(every, kept, f"images in {source!r} are in the way of its class folders and are left out")
    return [("/".join(parts), read) for parts, _, read in kept]


def training_part(entries):
    """Entries (parts, name, function) that no other folder of a train/val/test split holds, without a single train/.

    trainA and trainB beside testA and testB are kept as two folders.
    """
    folders = defaultdict(set)
    for parts, _, _ in entries:
        for i, part in enumerate(parts[:-1]):
            folders[parts[:i]].add(part)
    train = {place: found for place, names in folders.items() if (found := train_folders(names))}
    kept = []
    for parts, name, read in entries:
        asked = [(part, train.get(parts[:i])) for i, part in enumerate(parts)]
        if all(found is None or part in found for part, found in asked):
            kept.append((tuple(part for part, found in asked if found is None or len(found) > 1), name, read))
    return kept


def train_folders(names):
    """Those of the folders in one place that are training parts: of seg_train, seg_test and seg_pred the first.

    None where there is no split: a folder's name says that only alone, or beside another of the same further words.
    The classes bullet_train and test_tube are none.
    """
    splits = {name: split_of(name) for name in names}
    held = {rest for split, rest in splits.values() if split == "held"}
    train = {name: rest for name, (split, rest) in splits.items() if split == "train"}
    whole = held.intersection(train.values()) or (len(names) == 1 and () in train.values())
    return set(train) if whole else None


def split_of(folder):
    """("train", "held" or None, the other words of a folder's name)."""
    words = [w.lower() for w in re.findall(WORD, re.sub("(?i)^(train|val|test)(set|[ab])$", r"\1_\2", folder))]
    for split, pattern in SPLITS.items():
        rest = tuple(word for word in words if not re.fullmatch(pattern, word))
        if len(rest) < len(words):
            return split, rest
    return None, tuple(words)


def left_out(before, after, what):
    """Warn of the entries that went."""
    kept = {name for _, name, _ in after}
    warn([name for _, name, _ in before if name not in kept], len(before), what)


def warn(names, total, what):
    """Say how many of so many files, and name the first; nothing where there is none."""
    if names:
        shown = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
        print(f"warning: {len(names)} of {total} {what}: {shown}", file=sys.stderr)
