"""The two readers of letters and the finder of lines, each loaded once.

- Lines are found, and digits and Latin read, by PP-OCRv6 small (Apache-2.0; the models lie inside the rapidocr wheel;
  DB: Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", AAAI 2020).
- Hangul is read by Tesseract's LSTM with the Korean "best" model. It misreads units (kg as 19), and PP-OCRv6 knows no
  Hangul: neither is enough alone, and where both know the letters each checks the other.

Heavy libraries (a second and 150 MB): only a process that reads pictures imports this.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
import rapidocr
import tesserocr
from numpy.typing import NDArray
from rapidocr.ch_ppocr_det.utils import DBPostProcess, DetPreProcess

#: letters and boards: grey or RGB, 0 to 255
Picture = NDArray[Any]
#: four corners of a line, clockwise from its top left, pixels
Quad = NDArray[np.float32]

#: letters are brought to this height, the one PP-OCR was trained at
_LATIN_HEIGHT = 48
_DIGITS = "0123456789,."


@dataclass(frozen=True, slots=True)
class Sign:
    """One letter: where it stands (pixels of its crop) and how sure its reader is, 0 to 1."""

    text: str
    sure: float
    left: float
    right: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


class Sight:
    """The loaded models; not for use from two threads at a time."""

    def __init__(self, hangul_dir: Path) -> None:
        """``hangul_dir`` holds ``kor.traineddata``. Raises `FileNotFoundError` when it does not."""
        if not (hangul_dir / "kor.traineddata").is_file():
            raise FileNotFoundError(hangul_dir / "kor.traineddata")
        cv2.setNumThreads(1)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        models = Path(rapidocr.__file__).parent / "models"

        def load(name: str) -> Any:
            return onnxruntime.InferenceSession(
                str(models / name), options, providers=["CPUExecutionProvider"]
            )

        self._finder = load("PP-OCRv6_det_small.onnx")
        self._latin = load("PP-OCRv6_rec_small.onnx")
        letters = self._latin.get_modelmeta().custom_metadata_map["character"].splitlines()
        #: the first class of connectionist temporal classification is "no letter"
        self._letters = ["", *letters, " "]
        self._prepare = DetPreProcess
        self._boxes = DBPostProcess(
            thresh=0.3, box_thresh=0.5, max_candidates=400, unclip_ratio=1.6, use_dilation=True
        )
        self._hangul = tesserocr.PyTessBaseAPI(
            path=str(hangul_dir),
            lang="kor",
            psm=tesserocr.PSM.SINGLE_LINE,
            oem=tesserocr.OEM.LSTM_ONLY,
        )

    def find_lines(self, picture: Picture, longest_px: int) -> list[Quad]:
        """Corners of the lines of an RGB picture, looked for at ``longest_px`` pixels of its longer side."""
        ready = self._prepare(longest_px, "max", [0.5] * 3, [0.5] * 3)(picture)
        if ready is None:
            return []
        found = self._finder.run(None, {"x": ready})[0]
        boxes, _ = self._boxes(found, picture.shape[:2])
        return [np.asarray(box, np.float32) for box in boxes]

    def latin(self, crop: Picture) -> list[Sign]:
        """Letters PP-OCR reads, Hangul shown as whatever Chinese sign looks like it."""
        height, width = crop.shape[:2]
        wide = max(_LATIN_HEIGHT, round(_LATIN_HEIGHT * width / height))
        small = cv2.resize(crop, (wide, _LATIN_HEIGHT))
        ready = (small.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None]
        steps = self._latin.run(None, {"x": ready})[0][0]
        best, sure = steps.argmax(1), steps.max(1)
        pixels = width / len(best)
        signs: list[Sign] = []
        last = 0
        for step, (letter, how_sure) in enumerate(zip(best, sure, strict=True)):
            if letter and letter != last:
                at = step * pixels
                signs.append(Sign(self._letters[letter], float(how_sure), at, at + pixels))
            elif letter:
                before = signs[-1]
                signs[-1] = Sign(
                    before.text,
                    max(before.sure, float(how_sure)),
                    before.left,
                    (step + 1) * pixels,
                )
            last = letter
        return signs

    def hangul(
        self, crop: Picture, *, height_px: int = 48, digits_only: bool = False
    ) -> list[Sign]:
        """Letters Tesseract reads in a crop brought to ``height_px``."""
        grey = crop if crop.ndim == 2 else cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
        scale = height_px / grey.shape[0]
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        margin = 12
        grey = cv2.copyMakeBorder(grey, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
        api = self._hangul
        api.SetVariable("tessedit_char_whitelist", _DIGITS if digits_only else "")
        height, width = grey.shape
        api.SetImageBytes(np.ascontiguousarray(grey).tobytes(), width, height, 1, width)
        api.Recognize()
        signs: list[Sign] = []
        level = tesserocr.RIL.SYMBOL
        results = api.GetIterator()
        if results is None:
            return signs
        for one in tesserocr.iterate_level(results, level):
            try:
                text = one.GetUTF8Text(level)
            except RuntimeError:  # nothing was read at this place
                continue
            box = one.BoundingBox(level)
            if not text or not text.strip() or box is None:
                continue
            signs.append(
                Sign(
                    text.strip(),
                    max(0.0, one.Confidence(level) / 100),
                    (box[0] - margin) / scale,
                    (box[2] - margin) / scale,
                )
            )
        return signs
