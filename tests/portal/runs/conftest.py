from tests.portal.pipeline_fixtures import data_folder, messages, supplier_person

__all__ = ["data_folder", "messages", "supplier_person"]
