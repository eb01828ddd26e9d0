from __future__ import annotations

import sys

from jangteo.platform.cli import main

sys.exit(main())
