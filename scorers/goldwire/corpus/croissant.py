"""Croissant 1.1 metadata of the built dataset, with the fields of responsible AI.

One FileObject a Parquet file with its SHA-256, one FileSet and one RecordSet a config. Readers of Croissant reach lists
of structs, but not lists inside those: a field's leaves are described down to one level, the rest in its text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from goldwire import schema
from goldwire.corpus.compiled import Corpus

CONFORMS = "http://mlcommons.org/croissant/1.1"
PARQUET = "application/x-parquet"
# The vocabulary of the standard, as its documents give it.
_CR = (
    "citeAs column equivalentProperty extract field fileProperty fileObject fileSet format includes isLiveDataset "
    "jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate separator source "
    "subField transform"
)
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{name: f"cr:{name}" for name in _CR.split()},
}


def croissant(corpus: Corpus, out: Path, configs: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """The metadata of the dataset folder `out`, whose Parquet files are written already.

    `corpus.toml` gives the texts: `[croissant]` name, description, url, license, creator, published, cite, and
    `[croissant.rai]`.
    """
    facts = corpus.facts["croissant"]
    files: list[dict[str, Any]] = []
    for config in configs:
        for path in sorted((out / "data" / config).glob("*.parquet")):
            files.append(
                {
                    "@type": "cr:FileObject",
                    "@id": f"{config}/{path.name}",
                    "name": f"{config}/{path.name}",
                    "contentUrl": path.relative_to(out).as_posix(),
                    "encodingFormat": PARQUET,
                    "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                }
            )
        files.append(
            {
                "@type": "cr:FileSet",
                "@id": f"{config}-files",
                "name": f"{config}-files",
                "encodingFormat": PARQUET,
                "includes": f"data/{config}/*.parquet",
            }
        )
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS,
        "name": facts["name"],
        "description": facts["description"],
        "url": facts["url"],
        "license": facts["license"],
        "version": corpus.facts["version"],
        "datePublished": facts["published"],
        "citeAs": facts["cite"],
        "inLanguage": "en",
        "keywords": corpus.facts["card"]["tags"],
        "creator": {"@type": "sc:Organization", "name": facts["creator"]},
        "isLiveDataset": False,
        **{f"rai:{key}": value for key, value in facts["rai"].items()},
        "distribution": files,
        "recordSet": [_records(config, columns) for config, columns in configs.items()],
    }


def _records(config: str, columns: tuple[str, ...]) -> dict[str, Any]:
    full = schema.arrow("document")
    described = schema.load("document")["properties"]
    fields = []
    for name in columns:
        at = f"{config}/{name}"
        fields.append(_field(full.field(name), at, name, f"{config}-files", described[name].get("description", "")))
    return {"@type": "cr:RecordSet", "@id": config, "name": config, "field": fields}


def _field(arrow: Any, at: str, column: str, files: str, description: str) -> dict[str, Any]:
    import pyarrow as pa

    out: dict[str, Any] = {"@type": "cr:Field", "@id": at, "name": at.rsplit("/", 1)[1]}
    kind = arrow.type
    if pa.types.is_list(kind):
        out["repeated"] = True
        kind = kind.value_type
    if pa.types.is_struct(kind):
        leaves = [part for part in kind if not pa.types.is_nested(part.type)]
        deeper = [part.name for part in kind if pa.types.is_nested(part.type)]
        more = [f"Nested further: {', '.join(deeper)}."] if deeper else []
        out["description"] = " ".join([description, *more]).strip()
        out["subField"] = [
            {
                "@type": "cr:Field",
                "@id": f"{at}/{part.name}",
                "name": part.name,
                "dataType": _type(part.type),
                "source": {
                    "fileSet": {"@id": files},
                    "extract": {"column": column},
                    "transform": {"jsonPath": part.name},
                },
            }
            for part in leaves
        ]
        return out
    source = {"fileSet": {"@id": files}, "extract": {"column": column}}
    return out | {"description": description, "dataType": _type(kind), "source": source}


def _type(kind: Any) -> str:
    import pyarrow as pa

    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    return "sc:Integer" if pa.types.is_integer(kind) else "sc:Text"
