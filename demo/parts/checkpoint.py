"""Which checkpoint a tab runs: where from, trained on what, its terms, its figures."""

from html import escape


def facts(sampler):
    """A definition list, as HTML."""
    weights, config = sampler.weights, sampler.config
    temperature = config.get("temperature", 1)
    rows = {
        "Checkpoint": where(weights),
        "Data set": data_set(config.get("dataset")),
        "Licence": config.get("license") or "unknown",
        "Trained for": f"{config['steps']:,} generator steps" if config.get("steps") else "",
        "Temperature": f"{temperature:g}: z is stretched by it after training" if temperature != 1 else "",
        **{
            key.replace("_", " "): figure(value)
            for key, value in config.get("metrics", {}).items()
            if not is_curve(value)
        },
        "Runs on": str(sampler.device),
    }
    items = "".join(
        f"<div><dt>{escape(str(key))}</dt><dd>{escape(str(value))}</dd></div>" for key, value in rows.items() if value
    )
    return f"<h3 class='ga-h ga-more'>The checkpoint behind this tab</h3><dl class='ga-facts'>{items}</dl>"


def where(weights):
    """Hub repo and commit, and which copy of it this machine reads."""
    if not weights.repo:
        return weights.source
    commit = f"at commit {weights.revision[:12]}" if weights.revision else "not published yet"
    return f"{weights.repo}, {commit} ({weights.source})"


def data_set(dataset):
    """Its full title where the configuration tells it, else its name."""
    if not isinstance(dataset, dict):
        return str(dataset or "unknown")
    return dataset.get("title") or dataset.get("name") or "unknown"


def is_curve(value):
    """Whether a metric is a list of figures, which is drawn and not told."""
    return isinstance(value, dict) and any(isinstance(v, list) for v in value.values())


def figure(value):
    """A metric in words: a number, or its numbers by name; the command behind them is in the card."""
    if isinstance(value, dict):
        kept = {key: v for key, v in value.items() if isinstance(v, (int, float)) and key != "seed"}
        return ", ".join(f"{key.replace('_', ' ')} {figure(v)}" for key, v in kept.items())
    return f"{value:.4g}" if isinstance(value, float) else str(value)
