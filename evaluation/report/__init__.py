"""A result for people to read: a table in the terminal, and one HTML page."""

from __future__ import annotations

from evaluation.report.page import render_html, write_html
from evaluation.report.terminal import render_table

__all__ = ["render_html", "render_table", "write_html"]
