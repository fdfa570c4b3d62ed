"""What can be wrong with a text, a gold source or a prediction: named rules, and messages that carry the mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One thing that is checked. `mend` is the advice every message of the rule ends with."""

    id: str
    meaning: str
    mend: str
    warning: bool = False


def _rules(*rules: Rule) -> dict[str, Rule]:
    return {rule.id: rule for rule in rules}


RULES: dict[str, Rule] = _rules(
    # --- files and texts
    Rule("file-missing", "a file that must exist does not", "create it (it may be empty) or correct the path"),
    Rule("not-utf8", "bytes that are no UTF-8", "save the file as UTF-8"),
    Rule("not-lf", "a carriage return; offsets are counted in LF texts", "convert line ends: sed -i 's/\\r$//' FILE"),
    Rule(
        "text-form",
        "a text with a BOM, a NUL or without its one final newline",
        "save it plain, with one final newline",
    ),
    Rule("empty-file", "a file without a single record", "write one JSON object per page, or leave the file out"),
    Rule(
        "line-too-long", "a line beyond the size limit", "one page per line; split the file or raise --max-line-bytes"
    ),
    Rule("bad-json", "a line that is no JSON object", "write one JSON object per line"),
    Rule("bad-parquet", "a file that cannot be read as Parquet", "write it with pyarrow or send JSONL"),
    Rule("bad-toml", "a TOML file that cannot be read", "see corpus/guidelines/page.md"),
    Rule("schema", "a value that the JSON Schema does not allow", "compare with `goldwire schema`"),
    # --- records
    Rule("unknown-page", "a prediction for a page that is not in the gold", "predict only the pages of that split"),
    Rule("duplicate-page", "the same page twice", "keep one record per page"),
    Rule(
        "missing-page",
        "a gold page without prediction",
        "predict every page; an empty record counts the same",
        warning=True,
    ),
    Rule("offset-order", "a span that starts at or after its end", "spans are half open [start, end) with start < end"),
    Rule(
        "offset-outside-text",
        "a span that leaves the text",
        "offsets count Unicode code points, not bytes or UTF-16 units, in exactly the page's text",
    ),
    Rule("unknown-type", "a type that the ontology does not have", "use a type of schema/ontology"),
    Rule("unknown-role", "a role that the event type does not have", "use a role of the type, Place or Time"),
    Rule("undeclared-entity", "an entity id that the record does not declare", "declare the entity in `entities`"),
    Rule(
        "undeclared-quote", "a quotation id that the record does not declare", "use the id of a quotation of this page"
    ),
    Rule("duplicate-id", "an id used twice in one layer of a page", "give every item its own id"),
    Rule("duplicate-mention", "the same span in two clusters, or twice in one", "list each mention once"),
    Rule("cyclic-parent", "quotations that contain each other", "a parent must be an outer quotation"),
    Rule("crossing-boilerplate", "boilerplate spans that overlap", "boilerplate spans never overlap"),
    Rule(
        "filler-type",
        "a filler whose entity type the role does not take",
        "see the role's fillers in schema/ontology/events.json",
    ),
    Rule("gold-in-boilerplate", "gold inside removed boilerplate", "annotate the content region only"),
    Rule(
        "derived-value", "a derived value that does not follow from the rest", "let `goldwire corpus build` derive it"
    ),
    Rule("head-outside", "a head that is no part of its mention", "see corpus/guidelines/entities.md"),
    Rule("hash-mismatch", "a text that is not the one annotated", "use the exact text, or re-annotate what changed"),
    Rule("unknown-metric", "a metric that was not scored", "see docs/metrics.md for the names"),
    Rule("unknown-field", "a metadata field that the pages do not have", "use one that is listed"),
    Rule(
        "signature", "a result that was not scored alike", "score both with the same corpus, split, track and options"
    ),
    # --- anchor files
    Rule("syntax", "a line that cannot be read", "see corpus/guidelines/format.md"),
    Rule("no-block", "an anchor before any `@ N` line", "write `@ N` first, or put @N in front of the anchor"),
    Rule("block-range", "a block number that the page does not have", "blocks are the non-blank lines, from 1"),
    Rule(
        "anchor-missing",
        "an anchor that matches nowhere in its block",
        "copy the text as it stands, or name the right block",
    ),
    Rule("anchor-ambiguous", "an anchor that fits more than once", "lengthen the context"),
    Rule("edge-inside-word", "a span edge that cuts a word", "put ~ at that edge if a sub-token name is meant"),
    Rule("needless-tilde", "a ~ at an edge that cuts no word", "remove the ~", warning=True),
    Rule("bad-id", "an id that is not [a-z][a-z0-9_-]*, or reserved", "choose another id"),
    Rule("undeclared-id", "an id that was not declared", "declare it, or correct the typing error"),
    Rule("unused-id", "a declared id without a mention", "add a mention or remove the declaration"),
    Rule("declared-twice", "an id declared twice", "declare an id once; coreferent lines leave the type out"),
    Rule("level-type", "a level that does not go with the type", "VAL is for value types, and value types are VAL"),
    Rule("span-twice", "the same span annotated twice", "only a VAL and a NOM may share a span"),
    Rule("crossing-mentions", "mentions that cross", "mentions nest or stay apart"),
    Rule("name-overlap", "a NAM or VAL inside or across another NAM or VAL", "annotate the outermost name only"),
    Rule("possessive-inside", "a mention that ends in a possessive ’s", "leave the ’s outside the span", warning=True),
    Rule("unknown-key", "a key that the layer does not have", "see corpus/guidelines/format.md"),
    Rule("missing-key", "a key that must be written", "see corpus/guidelines/format.md"),
    Rule("bad-value", "a value that the key does not take", "see corpus/guidelines/format.md"),
    Rule("not-a-mention", "a source or filler that is no mention", "annotate the mention in entities.ann first"),
    Rule("wrong-entity", "a span that is a mention of another entity", "correct the id or the span"),
    Rule("content-order", "content spans that overlap or stand out of order", "write content in text order"),
    Rule("cue-in-content", "a cue inside its own content", "the cue stands outside what it reports"),
    Rule("cue-shared", "two quotations with one cue", "one cue, one quotation: give it several content spans"),
    Rule(
        "parent-missing", "a quotation inside another one's content without parent", "write parent=ID of the innermost"
    ),
    Rule("parent-wrong", "a parent that is not the innermost quotation around", "correct the parent"),
    Rule("reported-verbatim", "type=reported though words of it stand in quotation marks", "leave the type out"),
    Rule("mark-unaccounted", "quotation marks that belong nowhere", "make them a quotation, or write a `mark` line"),
    Rule(
        "mark-without-pair",
        "a `mark` line whose span no pair of marks encloses",
        "take exactly what stands between the marks",
    ),
    Rule("trigger-twice", "one trigger twice with the same type", "remove one line, or merge the two"),
    Rule("argument-twice", "an argument written twice for one event", "write an argument once per event", warning=True),
    Rule("mark-shape", "marks whose pairing the checker had to guess", "look whether the pair is right", warning=True),
    # --- the corpus as a whole
    Rule("id-folder", "a page whose id is not its folder's name", "rename one of them"),
    Rule(
        "unknown-tag", "a genre, split or phenomenon that the guideline does not list", "see corpus/guidelines/page.md"
    ),
    Rule("few-boilerplate-types", "a page with fewer than five boilerplate types", "a page as scraped has more chrome"),
    Rule("story-across-splits", "a story with pages in two splits", "move the pages into one split"),
    Rule("name-across-splits", "a person's full name in two splits", "draw another name"),
    Rule("unknown-kb", "a kb id that the knowledge base lacks, or has with another type", "add it to corpus/kb.jsonl"),
    Rule("not-empty", "a folder with files that publish did not write", "name another folder, or publish anew"),
    Rule("hub", "the Hub did not take the upload", "log in with `hf auth login`, check the name, try again"),
    Rule("missing-extra", "a part that needs an extra", "install the extra"),
    Rule(
        "outside-band",
        "a figure of the whole corpus outside the band of real news",
        "rewrite pages, or give the reason under [accepted] in corpus/bands.toml",
    ),
    Rule(
        "suspicious",
        "a label that looks inconsistent with other pages",
        "mend it, or add a line to corpus/reasons.jsonl",
        warning=True,
    ),
    Rule("idle-reason", "a reason for a suspicion that is none (any more)", "remove the line", warning=True),
    Rule("band-accepted", "a figure outside the band of real news, for a reason", "nothing", warning=True),
    Rule("text-shared", "two pages with the same text", "remove one of them"),
    Rule(
        "not-annotated-twice", "a page of dev or test without two passes", "keep a/ and b/ beside the adjudicated files"
    ),
)


def _plain(text: str, limit: int = 80) -> str:
    """A name from outside without control characters, cut short."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return cut if cut.isprintable() else shown(cut, limit)


@dataclass(frozen=True)
class Problem:
    """One finding. `found`, `expected` and `mend` are whole phrases; `pointer` is a JSON pointer into the record."""

    rule: str
    found: str
    file: str = ""
    line: int = 0
    page: str = ""
    pointer: str = ""
    expected: str = ""
    mend: str = ""

    @property
    def warning(self) -> bool:
        """Whether the rule only warns."""
        return RULES[self.rule].warning

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.file and self.line else self.file
        at = [
            part
            for part in (where, self.page and f"page {_plain(self.page)}", self.pointer and f"at {self.pointer}")
            if part
        ]
        head = f"{', '.join(at)}: " if at else ""
        kind = "warning " if self.warning else ""
        expected = f"; expected {self.expected}" if self.expected else ""
        return f"{head}{kind}[{self.rule}] found {self.found}{expected}. Mend: {self.mend or RULES[self.rule].mend}."


class BadInput(ValueError):
    """Input that cannot be scored or compiled; carries every problem found. The command line exits with 2."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def shown(value: object, limit: int = 80) -> str:
    """`repr` of a value from outside, cut short, control characters escaped: safe in a terminal."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def nearest(name: str, known: Iterable[str]) -> str:
    """The known names most like `name`, for a message."""
    names = [n for n in known if "[" not in n]
    return "one of " + ", ".join(difflib.get_close_matches(name, names, 5, 0.3) or names[:12])
