"""Photographs of goods: cut to the goods, lit evenly, put on plain ground.

In: an upright RGB picture (uint8, height x width x 3). Out: `Edited`, a picture never larger than what came in, what was
done to it, and what was left undone and why. The same picture and wishes always give the same pixels.
"""

from jangteo.engines.photos.editing import Edited, Wishes, edit
from jangteo.engines.photos.finding import Found, find_goods

__all__ = ["Edited", "Found", "Wishes", "edit", "find_goods"]
