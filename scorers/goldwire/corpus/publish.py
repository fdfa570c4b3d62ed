"""The folder that is uploaded as it is, and its upload."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from goldwire.corpus.build import build
from goldwire.corpus.compiled import Corpus
from goldwire.problems import BadInput, Problem

CHECKSUMS = "SHA256SUMS"


def publish(source: Path, folder: Path) -> Corpus:
    """Build the dataset into `folder`, with citation, guideline, knowledge base, canary and checksums beside the data.

    Raises:
        BadInput: any problem of the sources, or a folder that holds something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / CHECKSUMS).is_file():
        expected = "a new or empty folder, or one that an earlier publish wrote"
        raise BadInput([Problem("not-empty", "files of something else", str(folder), expected=expected)])
    corpus = build(source, folder)
    for path in (source.parent / "CITATION.cff", source / "kb.jsonl"):
        if path.is_file():
            shutil.copy(path, folder / path.name)
    if (source / "guidelines").is_dir():
        shutil.copytree(source / "guidelines", folder / "guidelines")
    (folder / "CANARY.txt").write_text(corpus.facts["canary"] + "\n", encoding="utf-8")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder).as_posix()}\n" for p in files]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")
    return corpus


def verify(folder: Path) -> list[str]:
    """Names of files that are missing, added or changed since `publish`."""
    written = (line.split("  ", 1) for line in (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines())
    known = {name: value for value, name in written}
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != CHECKSUMS
    }
    return sorted(name for name in known.keys() | found.keys() if known.get(name) != found.get(name))


def upload(folder: Path, repository: str, corpus: Corpus) -> str:
    """Upload `folder` to the dataset `repository` in one commit and tag it with the version; the address of the commit.

    Raises:
        BadInput: `huggingface_hub` is not installed, the folder was changed after `publish`, or the Hub refuses.
    """
    try:
        from huggingface_hub import HfApi
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError
    except ImportError:
        mend = "pip install 'goldwire[hub]'"
        raise BadInput([Problem("missing-extra", "no huggingface_hub", expected="the extra hub", mend=mend)]) from None
    changed = verify(folder)
    if changed:
        raise BadInput([Problem("not-empty", f"{changed[0]} is not as published", str(folder))])
    api = HfApi()
    try:
        api.create_repo(repository, repo_type="dataset", exist_ok=True)
        commit = api.upload_folder(
            folder_path=folder,
            repo_id=repository,
            repo_type="dataset",
            commit_message=f"Corpus {corpus.name}",
            delete_patterns="*",
        )
        api.create_tag(repository, tag=f"v{corpus.facts['version']}", repo_type="dataset", revision=commit.oid)
    except (HfHubHTTPError, HFValidationError, OSError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        expected = "a dataset repository OWNER/NAME that you may write to, and the network"
        raise BadInput([Problem("hub", first, repository, expected=expected)]) from None
    return str(commit.commit_url)
