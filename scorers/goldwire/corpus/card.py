"""The dataset card: front matter for `datasets`, and a text whose figures are all counted from the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from goldwire import schema
from goldwire.corpus.agreement import MEANING, TARGETS
from goldwire.corpus.compiled import SPLITS, Corpus
from goldwire.corpus.kb import chains
from goldwire.corpus.passes import corpus_agreement
from goldwire.words import WORD


def features(columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """The columns as `datasets` writes them in YAML: strings, int32, bool, lists and structs."""
    full = schema.arrow("document")
    return [_feature(full.field(name)) for name in columns]


def _feature(field: Any) -> dict[str, Any]:
    import pyarrow as pa

    kind = field.type
    if pa.types.is_list(kind):
        inner = kind.value_type
        if pa.types.is_struct(inner):
            return {"name": field.name, "list": [_feature(part) for part in inner]}
        return {"name": field.name, "list": str(inner)}
    if pa.types.is_struct(kind):
        return {"name": field.name, "struct": [_feature(part) for part in kind]}
    return {"name": field.name, "dtype": str(kind)}


def card(
    corpus: Corpus,
    source: Path,
    configs: Mapping[str, tuple[str, ...]],
    sizes: Mapping[str, Mapping[str, tuple[int, int]]],
) -> str:
    """README.md of the built dataset: YAML front matter, then `corpus/README.md` with its tables filled in."""
    import yaml

    front = dict(corpus.facts.get("card", {}))
    front["configs"] = [
        {
            "config_name": name,
            "version": corpus.facts["version"],
            **({"default": True} if name == "default" else {}),
            "data_files": [{"split": split, "path": f"data/{name}/{split}-*.parquet"} for split in sizes[name]],
        }
        for name in configs
    ]
    front["dataset_info"] = [
        {
            "config_name": name,
            "features": features(columns),
            "splits": [
                {"name": split, "num_bytes": size, "num_examples": rows} for split, (rows, size) in sizes[name].items()
            ],
            "dataset_size": sum(size for _, size in sizes[name].values()),
        }
        for name, columns in configs.items()
    ]
    text = (source / "README.md").read_text(encoding="utf-8")
    for marker, table in (
        ("composition", composition(corpus)),
        ("agreement", agreement_table(corpus, source)),
        ("agreement-first", agreement_table(corpus, source, first=True)),
        ("challenge", challenge(corpus, source)),
        ("hashes", "\n".join(f"- {name}: `{value}`" for name, value in corpus.hashes.items())),
        ("canary", f"`{corpus.facts['canary']}`"),
        ("version", corpus.facts["version"]),
    ):
        text = text.replace(f"<!-- {marker} -->", table)
    yaml_text = yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{yaml_text}---\n\n{text}"


def challenge(corpus: Corpus, source: Path) -> str:
    """How many corrections the challengers of test gold had accepted, per 100 labels, from their files."""
    pages = [d for d in corpus.documents if (source / "documents" / d["id"] / "challenge.md").is_file()]
    accepted = sum(
        1
        for d in pages
        for line in (source / "documents" / d["id"] / "challenge.md").read_text(encoding="utf-8").splitlines()
        if line.strip()
    )
    found = counted(pages)
    labels = (
        sum(found[k] for k in ("boilerplate spans", "mentions", "quotations", "event mentions", "arguments"))
        if pages
        else 0
    )
    rate = 100 * accepted / labels if labels else 0.0
    return f"{accepted} on {len(pages)} pages with {labels:,} labels: {rate:.2f} per 100"


def composition(corpus: Corpus) -> str:
    """A Markdown table of counts by split."""
    rows: dict[str, list[int]] = {}
    for split in (*SPLITS, "all"):
        documents = corpus.documents if split == "all" else corpus.split(split)
        for name, value in counted(documents).items():
            rows.setdefault(name, []).append(value)
    lines = ["| | train | validation | test | all |", "|---|--:|--:|--:|--:|"]
    return "\n".join(lines + [f"| {name} | {' | '.join(f'{v:,}' for v in values)} |" for name, values in rows.items()])


def phenomena(corpus: Corpus) -> str:
    """Markdown tables of pages by genre, style, site and phenomenon, and of events by type, by split."""
    parts = []
    for field in ("genre", "style", "site", "phenomena"):
        parts.append(_table(field, corpus, partial(_values, field)))
    found = chains(corpus.documents)
    for layer, own in found.items():
        lengths = sorted((len(pages) for pages in own.values()), reverse=True)
        parts.append(
            f"{len(own)} {layer} on two pages or more (on {sum(lengths)} pages in all, at most {max(lengths, default=0)})"
        )
    parts.append(_table("event type", corpus, lambda d: [e["type"] for e in d["events"] for _ in e["mentions"]]))
    parts.append(_table("boilerplate type", corpus, lambda d: [b["type"] for b in d["boilerplate"]]))
    return "\n\n".join(parts)


def _values(field: str, document: Mapping[str, Any]) -> Sequence[str]:
    value = document[field]
    return value if isinstance(value, list | tuple) else [value]


def _table(head: str, corpus: Corpus, values: Callable[[Mapping[str, Any]], Sequence[str]]) -> str:
    found = {split: Counter(v for d in corpus.split(split) for v in values(d)) for split in SPLITS}
    names = sorted(set().union(*found.values()))
    lines = [f"| {head} | {' | '.join(SPLITS)} | all |", "|---|" + "--:|" * (len(SPLITS) + 1)]
    for name in names:
        row = [found[split][name] for split in SPLITS]
        lines.append(f"| {name} | {' | '.join(map(str, row))} | {sum(row)} |")
    return "\n".join(lines)


def counted(documents: Any) -> dict[str, int]:
    """What a set of documents holds."""
    total: Counter[str] = Counter()
    types: set[str] = set()
    for d in documents:
        content = _content_words(d)
        total["pages"] += 1
        total["words of page text"] += len(WORD.findall(d["text"]))
        total["words of article text"] += content
        total["boilerplate spans"] += len(d["boilerplate"])
        total["entities"] += len(d["entities"])
        total["mentions"] += sum(len(e["mentions"]) for e in d["entities"])
        total["of them names and values"] += sum(
            m["level"] in ("NAM", "VAL") for e in d["entities"] for m in e["mentions"]
        )
        total["quotations"] += len(d["quotes"])
        total["of them direct or mixed"] += sum(q["type"] in ("direct", "mixed") for q in d["quotes"])
        total["other quotation marks"] += len(d["marked_spans"])
        total["events"] += len(d["events"])
        total["event mentions"] += sum(len(e["mentions"]) for e in d["events"])
        total["arguments"] += sum(len(m["arguments"]) for e in d["events"] for m in e["mentions"])
        types |= {e["type"] for e in d["events"]}
    return dict(total) | {"event types": len(types)}


def _content_words(document: Mapping[str, Any]) -> int:
    removed = [(b["start"], b["end"]) for b in document["boilerplate"] if b["policy"] == "remove"]
    return sum(
        not any(start <= match.start() < end for start, end in removed) for match in WORD.finditer(document["text"])
    )


def agreement_table(corpus: Corpus, source: Path, *, first: bool = False) -> str:
    """A Markdown table of agreement between the two passes, from their files; `first`: before they were redone."""
    figures = corpus_agreement(source, [d["id"] for d in corpus.documents], first=first)
    if not figures:
        return "No page has two passes."
    lines = ["| figure | value | 95 % interval | items | target |", "|---|--:|--:|--:|--:|"]
    for name, figure in figures.items():
        interval = f"{figure.low:.3f}–{figure.high:.3f}"
        lines.append(f"| {MEANING[name]} | {figure.value:.3f} | {interval} | {figure.items:,} | {TARGETS[name]:.2f} |")
    return "\n".join(lines)
