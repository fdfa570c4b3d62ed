"""How a set of articles reads on its surface: sentence lengths, vocabulary, quotation, repetition.

These are the figures by which machine-written news is told from real news (bands in `corpus/bands.toml`). Words are
runs of letters and digits with inner hyphens and apostrophes, abbreviations with full stops are one word; sentences
end at . ! ? before white space and a capital, digit or mark, but not after an abbreviation or a single letter.
"""

from __future__ import annotations

import itertools
import math
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

TOKEN = re.compile(r"[A-Za-z]\.(?:[A-Za-z]\.)+|\w+(?:[-'’]\w+)*|[^\w\s]")
SENTENCE_END = re.compile(r"[.!?]+[”\"’')\]]*(?=\s+|$)")
SENTENCE_START = re.compile(r"[“\"‘'(\[]?[A-Z0-9$€£—–-]")
# A mark of the typewriter kind (``…'') is left out, as in the figures for real news.
QUOTED = re.compile(r"“([^“”\n]{1,2000}?)[”\"]|\"([^\"“”\n]{1,2000}?)[\"”]")
NAME = re.compile(r"\b(?:[A-Z][a-z’'\-]+ )+[A-Z][a-z’'\-]+\b")
SERIES = re.compile(r"\b[\w-]+, [\w-]+(?: [\w-]+)?,? and [\w-]+")
NOT_BUT = re.compile(r"\bnot (?:just|only|merely|simply)\b|\bnot [\w ]{1,30}, but\b")
DASH = re.compile(r"—|\s--\s|\s–\s")


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


ABBREVIATIONS = _listed(
    "mr mrs ms dr prof rev hon sen rep gov pres gen col lt capt maj sgt st jr sr vs inc co corp ltd no etc ph.d "
    "u.s u.n u.k e.g i.e a.m p.m d.c jan feb mar apr jun jul aug sept sep oct nov dec "
    "ariz calif conn fla ga mass pa va wash"
)
REPORTING = _listed(
    "said says say saying told tells added adds noted notes claimed argued argues warned warns insisted insists "
    "explained explains stated announced announces acknowledged admits admitted conceded stressed emphasized "
    "emphasised urged suggested wrote writes tweeted replied asked asserted alleged contended maintained reiterated "
    "remarked declared commented observed recalled continued responded countered concluded predicted promised vowed "
    "called described confirmed denied testified revealed complained"
)
# Words that language models overuse.
MARKERS = _listed(
    "delve delves delving tapestry testament underscore underscores underscoring underscored pivotal crucial "
    "multifaceted intricate landscape realm foster fostering fosters myriad robust seamless vibrant poised nuanced "
    "resonate resonates resonated ongoing amid looming palpable stark meticulous meticulously bustling"
)
WINDOW = 100
DIVERSITY = 0.72
VOCABULARY_AT = 10_000


@dataclass(frozen=True)
class Prose:
    """One article: its paragraphs, one a line."""

    text: str

    @cached_property
    def paragraphs(self) -> list[str]:
        """Lines that are not blank."""
        return [line.strip() for line in self.text.split("\n") if line.strip()]

    @cached_property
    def sentences(self) -> list[str]:
        """Sentences of all paragraphs."""
        return [sentence for paragraph in self.paragraphs for sentence in sentences(paragraph)]

    @cached_property
    def words(self) -> list[str]:
        """Words in lower case."""
        return [word.lower() for word in words(self.text)]

    @cached_property
    def quoted(self) -> list[int]:
        """How many words stand in each pair of double marks."""
        lengths = (len(words(a or b)) for a, b in QUOTED.findall(self.text))
        return [length for length in lengths if length]

    def rate(self, count: float, per: int = 1000) -> float:
        """`count` for every `per` words."""
        return per * count / max(len(self.words), 1)


def words(text: str) -> list[str]:
    """The words of a text."""
    return [token for token in TOKEN.findall(text) if token[0].isalnum() or token[0] == "_"]


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph."""
    out, start = [], 0
    for match in SENTENCE_END.finditer(paragraph):
        end = match.end()
        before = paragraph[start : match.start()].split()
        last = before[-1].lstrip("“\"(‘'").lower() if before else ""
        if match.group() == "." and (last in ABBREVIATIONS or re.fullmatch(r"[a-z]|(?:[a-z]\.)+[a-z]", last)):
            continue
        rest = paragraph[end:].lstrip()
        if rest and not SENTENCE_START.match(rest):
            continue
        out.append(paragraph[start:end].strip())
        start = end
    if paragraph[start:].strip():
        out.append(paragraph[start:].strip())
    return out


def mattr(given: Sequence[str], window: int = WINDOW) -> float | None:
    """Types per token, averaged over all windows of `window` words (Covington and McFall 2010); None if shorter."""
    if len(given) < window:
        return None
    inside = Counter(given[:window])
    total = len(inside)
    for i in range(window, len(given)):
        inside[given[i]] += 1
        inside[given[i - window]] -= 1
        if not inside[given[i - window]]:
            del inside[given[i - window]]
        total += len(inside)
    return total / (len(given) - window + 1) / window


def mtld(given: Sequence[str], threshold: float = DIVERSITY) -> float | None:
    """Mean length of runs that keep a type-token ratio above `threshold`, both ways (McCarthy and Jarvis 2010)."""

    def one(run: Sequence[str]) -> float:
        factors, types, length = 0.0, set(), 0
        for word in run:
            length += 1
            types.add(word)
            if len(types) / length <= threshold:
                factors, types, length = factors + 1, set(), 0
        if length:
            factors += (1 - len(types) / length) / (1 - threshold)
        return len(run) / factors if factors else 0.0

    if len(given) < WINDOW:
        return None
    there, back = one(given), one(given[::-1])
    return (there + back) / 2 if there and back else None


def _grams(given: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return list(zip(*(given[i:] for i in range(size)), strict=False))


def quantile(values: Sequence[float], share: float) -> float:
    """Linear interpolation between the two nearest ranks; nan of nothing."""
    if not values:
        return math.nan
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _mean(values: Sequence[float | None]) -> float:
    real = [value for value in values if value is not None]
    return statistics.fmean(real) if real else math.nan


def surface(texts: Sequence[str]) -> dict[str, float]:
    """The figures of single articles, pooled or averaged over `texts`."""
    prose = [Prose(text) for text in texts]
    lengths = [[len(words(s)) for s in p.sentences if words(s)] for p in prose]
    pooled = [length for own in lengths for length in own]
    verbs = Counter(word for p in prose for word in p.words if word in REPORTING)
    said = sum(verbs[word] for word in ("said", "says", "say", "saying"))
    quoted = [length for p in prose for length in p.quoted]
    shares = [count / max(verbs.total(), 1) for count in verbs.values()]
    openers = [[words(s)[0].lower() for s in p.sentences if words(s)] for p in prose]
    return {
        "sentence_words_mean": _mean(pooled),
        "sentence_words_sd": statistics.pstdev(pooled) if pooled else math.nan,
        "sentence_words_p10": quantile(pooled, 0.1),
        "sentence_words_p90": quantile(pooled, 0.9),
        "sentence_len_cv_within_doc_mean": _mean(
            [statistics.pstdev(own) / statistics.fmean(own) for own in lengths if len(own) > 5]
        ),
        "paragraph_words_mean": _mean([float(len(words(x))) for p in prose for x in p.paragraphs if words(x)]),
        "mattr100_mean": _mean([mattr(p.words) for p in prose]),
        "mtld_mean": _mean([mtld(p.words) for p in prose]),
        "said_share_of_reporting_verb_tokens": said / max(verbs.total(), 1),
        "reporting_verb_entropy_bits": -sum(share * math.log2(share) for share in shares),
        "quotes_per_1k_words": _mean([p.rate(len(p.quoted)) for p in prose]),
        "quoted_word_share": _mean([p.rate(sum(p.quoted), 1) for p in prose]),
        "quotes_of_at_most_5_words_share": sum(n <= 5 for n in quoted) / max(len(quoted), 1),
        "emdash_per_1k": _mean([p.rate(len(DASH.findall(p.text))) for p in prose]),
        "ing_clause_after_comma_per_1k": _mean([p.rate(len(re.findall(r", \w+ing\b", p.text))) for p in prose]),
        "tricolon_per_1k": _mean([p.rate(len(SERIES.findall(p.text))) for p in prose]),
        "not_X_but_Y_per_10k": _mean([p.rate(len(NOT_BUT.findall(p.text)), 10_000) for p in prose]),
        "llm_marker_words_per_10k": _mean([p.rate(sum(w in MARKERS for w in p.words), 10_000) for p in prose]),
        "top_sentence_opener_share_mean": _mean(
            [max(Counter(own).values()) / len(own) for own in openers if len(own) >= 10]
        ),
        "docs_with_mixed_curly_straight_quotes": _mean(
            [float(bool({"“", "”"} & set(p.text)) and '"' in p.text) for p in prose]
        ),
    }


def repetition(texts: Sequence[str], *, samples: int = 20, seed: int = 0) -> dict[str, float]:
    """What articles share: n-grams, sentences, names, first words; and the vocabulary of samples of 10,000 words."""
    import random

    prose = [Prose(text) for text in texts]
    out: dict[str, float] = {}
    for size, name, middle in ((4, "mean", False), (5, "median", True), (8, "mean", False)):
        seen = Counter(gram for p in prose for gram in set(_grams(p.words, size)))
        shares = [
            sum(seen[gram] > 1 for gram in _grams(p.words, size)) / max(1, len(p.words) - size + 1)
            for p in prose
            if len(p.words) >= 50
        ]
        value = (quantile(shares, 0.5) if middle else statistics.fmean(shares)) if shares else math.nan
        out[f"crossdoc_{size}gram_reuse_{name}"] = value
    out["max_5gram_containment_any_pair"] = max((share for _, _, share in containment(texts)), default=0.0)
    out["duplicate_sentences_ge6_words"] = float(sum(len(pages) - 1 for pages in duplicate_sentences(texts).values()))
    names = Counter(name for p in prose for name in set(NAME.findall(p.text)))
    out["multiword_names_in_2_or_more_docs_share"] = sum(n > 1 for n in names.values()) / max(len(names), 1)
    starts = Counter(tuple(p.words[:3]) for p in prose if len(p.words) > 3)
    out["docs_sharing_first_3_words"] = float(sum(n for n in starts.values() if n > 1))
    rng, sizes = random.Random(seed), []
    for _ in range(samples):
        order = list(range(len(prose)))
        rng.shuffle(order)
        taken: list[str] = []
        for i in order:
            taken += prose[i].words
            if len(taken) >= VOCABULARY_AT:
                sizes.append(len(set(taken[:VOCABULARY_AT])))
                break
    out["vocab_types_at_10k_words"] = statistics.fmean(sizes) if sizes else math.nan
    return out


def containment(texts: Sequence[str], size: int = 5) -> list[tuple[int, int, float]]:
    """Pairs of articles that share `size`-grams of words: row numbers, and the share of the smaller one's."""
    grams = [set(_grams(Prose(text).words, size)) for text in texts]
    where: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, own in enumerate(grams):
        for gram in own:
            where[gram].append(i)
    shared = Counter(
        pair for rows in where.values() if 1 < len(rows) <= 200 for pair in itertools.combinations(rows, 2)
    )
    return [(a, b, count / min(len(grams[a]), len(grams[b]))) for (a, b), count in shared.items()]


def duplicate_sentences(texts: Sequence[str], least: int = 6) -> dict[str, list[int]]:
    """Sentences of `least` words or more that come more than once, folded, with the rows they stand in."""
    where: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        for sentence in Prose(text).sentences:
            if len(words(sentence)) >= least:
                where[re.sub(r"\W+", " ", sentence.lower()).strip()].append(i)
    return {sentence: rows for sentence, rows in where.items() if len(rows) > 1}
