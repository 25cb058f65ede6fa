"""What must hold before a model is run: the same checks for a supplier at home and for us."""

from evaluation.intake.check import check_model
from evaluation.intake.report import CheckReport, Finding, report_to_json

__all__ = ["CheckReport", "Finding", "check_model", "report_to_json"]
