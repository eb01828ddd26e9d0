"""The drawing of the sample's pictures in shares, each in a process of its own. Imports nothing of Django."""

from __future__ import annotations

from pathlib import Path

from jangteo.channels.terminal.sample.content import load_sample
from jangteo.channels.terminal.sample.pictures import build_pictures
from jangteo.channels.terminal.sample.scenes import build_scenes
from jangteo.platform.config import PROJECT_ROOT, config

EMOJI_DIR = PROJECT_ROOT / "node_modules" / "@lobehub" / "fluent-emoji-3d" / "assets"
#: more shares than cores, so that all are busy to the end
SHARES = 8


def share_folder(share: int) -> Path:
    """Where one share's files are kept between starts."""
    return config().var_dir / "sample-pictures" / str(share)


def draw_share(share: int) -> None:
    """Draw what is missing of one share of the offers; share 0 also draws the stalls and the market."""
    sample = load_sample()
    build_pictures(sample.offers[share::SHARES], EMOJI_DIR, share_folder(share))
    if share == 0:
        build_scenes(sample, EMOJI_DIR, share_folder(share))
