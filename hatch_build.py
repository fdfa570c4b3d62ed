"""Build hook: the wheel carries the built corpus, so that an installed goldwire scores with no network."""

import shutil
import sys
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CorpusHook(BuildHookInterface):
    def initialize(self, version, build_data):
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "scorers"))
        from goldwire.corpus.build import build

        self.folder = Path(tempfile.mkdtemp())
        out = self.folder / "corpus"
        build(root / "corpus", out)
        for name in ("standoff", "sites"):
            shutil.copytree(root / "corpus" / name, out / name)
        build_data["force_include"][str(out)] = "goldwire/_data/corpus"

    def finalize(self, version, build_data, artifact_path):
        if version != "editable":
            shutil.rmtree(self.folder, ignore_errors=True)
