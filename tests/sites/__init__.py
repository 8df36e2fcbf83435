"""Local web sites to crawl: invented places, invented documents, real shapes; the same that ``make demo`` serves.

Each site is a module of its own (``official``, ``county``, ``docshare``, ``mirror``, ``behaviours``, ``big``), is
deterministic (a seed), answers on 127.0.0.1, keeps a log of its visits, and changes only when told so.
``python -m tests.sites --folder DIR`` starts them all. Each module imports on its own, so that ``big`` starts fast.
"""

from __future__ import annotations

__all__: list[str] = []
