"""The corpus beside real news: every figure of `corpus/bands.toml` computed from the compiled pages, and its verdict.

What pages share is counted over samples with one page a story: pages of one storyline share names and phrases as real
ones do, and the bands were measured on unrelated articles. The same figures within storylines are shown apart.
"""

from __future__ import annotations

import math
import random
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from goldwire.corpus.html import kinds_of, lines_of
from goldwire.corpus.surface import containment, duplicate_sentences, repetition, surface
from goldwire.problems import BadInput, Problem
from goldwire.texts import read_toml
from goldwire.words import WORD

SAMPLES = 10
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Band:
    """A figure of the corpus between the edges within which real news lies; `None` is an open edge."""

    name: str
    value: float
    low: float | None
    high: float | None
    gate: bool
    reason: str = ""

    @property
    def inside(self) -> bool:
        """Whether the figure lies in the band; one that could not be computed does."""
        if math.isnan(self.value):
            return True
        return (self.low is None or self.value >= self.low) and (self.high is None or self.value <= self.high)


def article(document: Document) -> str:
    """The paragraphs of the article, one a line: no boilerplate, no headline, no sub-headings."""
    lines = zip(lines_of(document["text"]), kinds_of(document), strict=True)
    return "\n".join(document["text"][start:end].strip() for (start, end), kind in lines if kind == "paragraph") + "\n"


def figures(documents: Sequence[Document]) -> dict[str, float]:
    """Every figure that has a band, and the same of storylines under `within_story.…`."""
    texts = [article(d) for d in documents]
    full = [text for text in texts if len(WORD.findall(text)) >= 100]
    out = surface(full)
    stories: dict[str, list[int]] = defaultdict(list)
    for i, d in enumerate(documents):
        stories[d["story"]].append(i)
    rng = random.Random(0)
    samples = [[texts[rng.choice(rows)] for rows in stories.values()] for _ in range(SAMPLES)]
    shared = [repetition(sample) for sample in samples]
    for name in shared[0]:
        real = [own[name] for own in shared if not math.isnan(own[name])]
        out[name] = statistics.fmean(real) if real else math.nan
    out["duplicate_sentences_ge6_words_per_40"] = out.pop("duplicate_sentences_ge6_words") * 40 / len(stories)
    pairs = containment(texts)
    story = [d["story"] for d in documents]
    split = [d["split"] for d in documents]
    out["max_5gram_containment_any_pair"] = max((s for a, b, s in pairs if story[a] != story[b]), default=0.0)
    out["max_5gram_containment_across_splits"] = max((s for a, b, s in pairs if split[a] != split[b]), default=0.0)
    out["within_story.max_5gram_containment"] = max((s for a, b, s in pairs if story[a] == story[b]), default=0.0)
    out["within_story.duplicate_sentences"] = float(
        sum(len({story[i] for i in rows}) == 1 for rows in duplicate_sentences(texts).values())
    )
    return out | _splits(documents) | _layers(documents)


def _names(documents: Sequence[Document]) -> Iterator[tuple[Document, str, str]]:
    for d in documents:
        for entity in d["entities"]:
            for m in entity["mentions"]:
                if m["level"] == "NAM":
                    yield d, entity["type"], " ".join(d["text"][m["start"] : m["end"]].split())


def _triggers(documents: Sequence[Document]) -> Iterator[tuple[Document, str]]:
    for d in documents:
        for event in d["events"]:
            for m in event["mentions"]:
                yield d, " ".join(d["text"][t["start"] : t["end"]].lower() for t in m["trigger"])


def _splits(documents: Sequence[Document]) -> dict[str, float]:
    """What test shares with train; real places and demonyms of them are a shared world and left out by type."""
    where: dict[tuple[str, str], set[str]] = defaultdict(set)
    for d, kind, name in _names(documents):
        where[kind, name].add(d["split"])
    own = [splits for (kind, _), splits in where.items() if kind not in ("GPE", "LOC", "NORP", "LANGUAGE")]
    test = [splits for splits in own if "test" in splits]
    full = [splits for (kind, name), splits in where.items() if kind == "PERSON" and " " in name]
    lemmas: dict[str, set[str]] = defaultdict(set)
    for d, trigger in _triggers(documents):
        lemmas[trigger].add(d["split"])
    tested = [splits for splits in lemmas.values() if "test" in splits]
    return {
        "names_of_test_in_train": sum("train" in s for s in test) / max(len(test), 1),
        "person_names_across_splits": float(sum(len(s) > 1 for s in full)),
        "trigger_lemmas_of_test_in_train": sum("train" in s for s in tested) / len(tested) if tested else math.nan,
    }


def _layers(documents: Sequence[Document]) -> dict[str, float]:
    cues: Counter[str] = Counter()
    quotes = [(d, q) for d in documents for q in d["quotes"]]
    for d, q in quotes:
        if q["type"] in ("direct", "mixed") and q["cue"]:
            cues[d["text"][q["cue"]["start"] : q["cue"]["end"]].lower()] += 1
    said = sum(cues[word] for word in ("said", "says", "say", "saying"))
    triggers = Counter(trigger for _, trigger in _triggers(documents))
    shares, broken, blocks = [], [], []
    for d in documents:
        removed = [b for b in d["boilerplate"] if b["policy"] == "remove"]
        page = len(WORD.findall(d["text"]))
        gone = sum(len(WORD.findall(d["text"][b["start"] : b["end"]])) for b in removed)
        shares.append((page - gone) / page)
        broken.append(_interrupted(d))
        for b in removed:
            lines = (line for line in d["text"][b["start"] : b["end"]].split("\n") if line.strip())
            blocks += [len(WORD.findall(line)) >= 15 for line in lines]
    return {
        "said_share_of_gold_cues_direct_or_mixed": said / cues.total() if cues else math.nan,
        "trigger_lemma_top10_share": sum(n for _, n in triggers.most_common(10)) / max(triggers.total(), 1),
        "trigger_lemma_hapax_type_share": sum(n == 1 for n in triggers.values()) / max(len(triggers), 1),
        "discontinuous_content_share": sum(len(q["content"]) > 1 for _, q in quotes) / max(len(quotes), 1),
        "attributions_without_source_share": sum(q["source"]["span"] is None for _, q in quotes) / max(len(quotes), 1),
        "article_share_of_page_words_median": statistics.median(shares),
        "pages_with_boilerplate_inside_article": statistics.fmean(broken),
        "boilerplate_blocks_ge15_words_share": statistics.fmean(blocks) if blocks else math.nan,
    }


def _interrupted(document: Document) -> bool:
    """Whether removed boilerplate stands between two paragraphs of the article."""
    kinds = kinds_of(document)
    paragraphs = [i for i, kind in enumerate(kinds) if kind == "paragraph"]
    removed = {b["type"] for b in document["boilerplate"] if b["policy"] == "remove"}
    return bool(paragraphs) and any(kind in removed for kind in kinds[paragraphs[0] : paragraphs[-1]])


def bands(documents: Sequence[Document], source: Path) -> list[Band]:
    """Every band of `corpus/bands.toml` with the figure of these pages.

    Raises:
        BadInput: the file is no TOML or names a figure that there is none of.
    """
    path = source / "bands.toml"
    if not path.is_file() or not documents:
        return []
    data = read_toml(path, "bands")
    found = figures(documents)
    unknown = [name for name in data["bands"] if name not in found]
    if unknown:
        raise BadInput([Problem("bad-toml", unknown[0], str(path), expected=f"one of {', '.join(found)}")])
    reasons = data.get("accepted", {})
    return [
        Band(name, found[name], edge.get("low"), edge.get("high"), bool(edge.get("gate", False)), reasons.get(name, ""))
        for name, edge in data["bands"].items()
    ]


def check_bands(documents: Sequence[Document], source: Path) -> Iterator[Problem]:
    """Gates that a corpus of `least_pages` or more misses: an error, with a reason a warning."""
    path = source / "bands.toml"
    if not path.is_file() or len(documents) < read_toml(path).get("least_pages", 0):
        return
    for band in bands(documents, source):
        if band.gate and not band.inside:
            edges = " to ".join("…" if e is None else f"{e:g}" for e in (band.low, band.high))
            rule = "band-accepted" if band.reason else "outside-band"
            because = f" (accepted: {band.reason})" if band.reason else ""
            yield Problem(rule, f"{band.name} {band.value:.3f}", "bands.toml", expected=f"{edges}{because}")


def bands_table(documents: Sequence[Document], source: Path) -> str:
    """A Markdown table of all figures beside the bands."""
    lines = ["| figure | corpus | real news | |", "|---|--:|--:|---|"]
    for band in bands(documents, source):
        edges = "–".join("" if e is None else f"{e:g}" for e in (band.low, band.high))
        verdict = "inside" if band.inside else ("gate missed" if band.gate else "outside")
        lines.append(
            f"| {band.name} | {band.value:.3f} | {edges} | {verdict}{': ' + band.reason if band.reason else ''} |"
        )
    return "\n".join(lines)
