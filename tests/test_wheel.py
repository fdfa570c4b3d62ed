"""An installed wheel carries schema and corpus: it loads and scores in an empty folder with no network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import goldwire
from goldwire import resources

USE = """
import json, goldwire
from goldwire import resources
assert resources.checkout() is None, resources.checkout()
gold = goldwire.load("test")
result = goldwire.score(gold, [goldwire.as_prediction(r) for r in gold], resamples=0)
print(json.dumps({"corpus": gold.corpus, "pages": len(gold), "score": result["goldwire.score"], "file": goldwire.__file__}))
"""


def test_wheel_loads_the_same_corpus_in_an_empty_folder(tmp_path: Path) -> None:
    root = resources.checkout()
    assert root is not None
    # The packages that build it are those of this environment: nothing is downloaded.
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            str(tmp_path),
            str(root),
        ],
        check=True,
        capture_output=True,
    )
    wheel = next(tmp_path.glob("goldwire-*.whl"))
    target = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(wheel)],
        check=True,
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    # -P: the folder of the checkout must not come in by the way of the current directory; PYTHONPATH goes before the editable install.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {
        "PYTHONPATH": str(target),
        "HF_HUB_OFFLINE": "1",
    }
    run = subprocess.run(
        [sys.executable, "-P", "-c", USE], capture_output=True, text=True, cwd=empty, env=environment, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    found = json.loads(run.stdout)
    assert Path(found["file"]).is_relative_to(target)
    assert found["corpus"] == goldwire.load("test").corpus
    assert found["score"] == 1.0
