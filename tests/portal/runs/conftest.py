from tests.portal.pipeline_fixtures import data_folder, messages, supplier_person
from tests.portal.runs.steps import harness, run

__all__ = ["data_folder", "harness", "messages", "run", "supplier_person"]
