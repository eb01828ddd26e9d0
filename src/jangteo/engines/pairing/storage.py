"""A matcher as a folder of plain files: JSON, arrays without pickle, and each tree model in LightGBM's own text.

Reading one runs no code of the files. Every file's SHA-256 stands in ``matcher.json``, which is written last.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from jangteo.engines.pairing.cues import Cues
from jangteo.engines.pairing.matcher import Matcher, Settings
from jangteo.engines.pairing.records import Schema
from jangteo.engines.pairing.space import Space, View
from jangteo.engines.pairing.tokens import Normaliser

_FORMAT = 1
_HEAD = "matcher.json"
_ARRAYS = "arrays.npz"


class UnreadableMatcher(ValueError):
    """This folder holds no whole matcher of this version: train it again and save it there."""


def save(matcher: Matcher, folder: Path) -> None:
    """Write ``matcher`` into ``folder``, which is made; files of the same name are replaced. `OSError` as usual.

    A normaliser is code and is not written: give the same one to `load`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    space, cues = matcher.space, matcher.cues
    arrays: dict[str, Any] = {
        "latent": space.latent, "mean": cues.mean, "scale": cues.scale, "weights": cues.weights,
    } | {f"idf.{name}": view.idf for name, view in space.views.items()}  # fmt: skip
    with (folder / _ARRAYS).open("wb") as file:
        np.savez_compressed(file, **arrays)
    names = [f"trees-{place:02}.txt" for place in range(len(matcher.trees))]
    for name, tree in zip(names, matcher.trees, strict=True):
        (folder / name).write_text(tree.model_to_string(), encoding="utf-8")
    head = {
        "format": _FORMAT,
        "schema": space.schema.to_json(),
        "normaliser": space.normaliser is not None,
        "views": {
            name: {"words": list(view.index), "unknown_idf": view.unknown_idf}
            for name, view in space.views.items()
        },
        "cues": {"index": list(cues.index), "often": list(cues.often), "bias": cues.bias},
        "calibration": {"slope": matcher.slope, "offset": matcher.offset},
        "threshold": matcher.threshold,
        "band": [matcher.low, matcher.high],
        "settings": asdict(matcher.settings),
        "files": {name: _digest(folder / name) for name in [_ARRAYS, *names]},
    }
    (folder / _HEAD).write_text(json.dumps(head, ensure_ascii=False), encoding="utf-8")


def load(folder: Path, normaliser: Normaliser | None = None) -> Matcher:
    """The matcher in ``folder``; it answers exactly as the one that was saved. ``normaliser``: the one it was trained with.

    `UnreadableMatcher` when a file is missing, changed or of another version, or a normaliser is missing or too much.
    """
    try:
        head = json.loads((folder / _HEAD).read_text(encoding="utf-8"))
        if head["format"] != _FORMAT or head["normaliser"] != (normaliser is not None):
            raise UnreadableMatcher
        for name, digest in head["files"].items():
            if Path(name).name != name or _digest(folder / name) != digest:
                raise UnreadableMatcher
        return _built(head, folder, normaliser)
    except (
        OSError,
        KeyError,
        TypeError,
        AttributeError,
        json.JSONDecodeError,
        UnicodeDecodeError,
        lightgbm.basic.LightGBMError,
    ) as error:
        raise UnreadableMatcher from error


def _built(head: dict[str, Any], folder: Path, normaliser: Normaliser | None) -> Matcher:
    with np.load(folder / _ARRAYS, allow_pickle=False) as found:
        arrays = {name: found[name] for name in found.files}
    views = {
        name: View(
            {word: place for place, word in enumerate(view["words"])},
            arrays[f"idf.{name}"],
            view["unknown_idf"],
        )
        for name, view in head["views"].items()
    }
    cues = head["cues"]
    trees = [
        lightgbm.Booster(model_str=(folder / name).read_text(encoding="utf-8"))
        for name in head["files"]
        if name != _ARRAYS
    ]
    low, high = head["band"]
    return Matcher(
        space=Space(Schema.from_json(head["schema"]), views, arrays["latent"], normaliser),
        cues=Cues(
            {cue: place for place, cue in enumerate(cues["index"])},
            tuple(cues["often"]),
            arrays["mean"],
            arrays["scale"],
            arrays["weights"],
            cues["bias"],
        ),
        trees=tuple(trees),
        slope=head["calibration"]["slope"],
        offset=head["calibration"]["offset"],
        threshold=head["threshold"],
        low=low,
        high=high,
        settings=Settings(**head["settings"]),
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
