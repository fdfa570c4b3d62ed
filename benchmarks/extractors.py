"""What well-known extractors make of the corpus's HTML, beside what they make of real news.

    python benchmarks/extractors.py [--split test] [--by site]

Prints `shingle4` F1 (the article-extraction-benchmark's metric) of each extractor on the rendered pages and, for
comparison, on the real news pages of that benchmark (figures quoted from a measurement on its 181 pages). Pages that
give their boilerplate away by their markup would lift all extractors above the real figures; pages that no extractor
can read would sink them. Needs the extra `extractors`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import justext
import numpy as np
import trafilatura
from readability import Document
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

import goldwire
from goldwire import shingles
from goldwire.counts import harmonic

REAL = {"trafilatura": 0.96, "readability": 0.95, "resiliparse": 0.90, "justext": 0.79}


def by_trafilatura(page: str) -> str:
    """trafilatura with its defaults."""
    return trafilatura.extract(page, include_comments=False) or ""


def by_readability(page: str) -> str:
    """readability-lxml's summary as text."""
    return extract_plain_text(HTMLTree.parse(Document(page).summary()), main_content=False)


def by_resiliparse(page: str) -> str:
    """resiliparse's main content."""
    return extract_plain_text(HTMLTree.parse(page), main_content=True)


def by_justext(page: str) -> str:
    """jusText's good paragraphs."""
    found = justext.justext(page.encode(), justext.get_stoplist("English"), encoding="utf-8")
    return "\n".join(p.text for p in found if not p.is_boilerplate)


EXTRACTORS: dict[str, Callable[[str], str]] = {
    "trafilatura": by_trafilatura,
    "readability": by_readability,
    "resiliparse": by_resiliparse,
    "justext": by_justext,
}


def article(record: dict) -> str:
    """The page's text without any gold boilerplate."""
    text, at, out = record["text"], 0, []
    for span in sorted(record["boilerplate"], key=lambda b: b["start"]):
        out.append(text[at : span["start"]])
        at = span["end"]
    return " ".join([*out, text[at:]])


def score(truth: list[str], found: list[str]) -> float:
    """shingle4 F1."""
    precision, recall = shingles.page_scores(*shingles.text_overlap(truth, found))
    return float(harmonic(np.nanmean(precision), np.nanmean(recall)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--split", default="all", choices=["all", "train", "validation", "test"])
    parser.add_argument("--by", default="site")
    options = parser.parse_args()
    splits = ["train", "validation", "test"] if options.split == "all" else [options.split]
    records = [r for split in splits for r in goldwire.load(split)]
    truth = [article(r) for r in records]
    found = {name: [extract(r["html"]) for r in records] for name, extract in EXTRACTORS.items()}
    print("| " + " | ".join([options.by, "pages", *EXTRACTORS]) + " |\n|---|--:" + "|--:" * len(EXTRACTORS) + "|")
    for group in sorted({r[options.by] for r in records}):
        rows = [i for i, r in enumerate(records) if r[options.by] == group]
        values = [score([truth[i] for i in rows], [out[i] for i in rows]) for out in found.values()]
        print(f"| {group} | {len(rows)} | " + " | ".join(f"{v:.3f}" for v in values) + " |")
    values = [score(truth, out) for out in found.values()]
    print(f"| **all** | {len(records)} | " + " | ".join(f"{v:.3f}" for v in values) + " |")
    print("| real news | 181 | " + " | ".join(f"{REAL[name]:.2f}" for name in EXTRACTORS) + " |")


if __name__ == "__main__":
    main()
