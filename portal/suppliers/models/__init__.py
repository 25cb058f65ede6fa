"""Who can supply what: suppliers, products, people to talk to, claims and assurance evidence."""

from portal.suppliers.models.claim import Claim, ClaimMetric
from portal.suppliers.models.contact import Contact
from portal.suppliers.models.evidence import AssuranceEvidence
from portal.suppliers.models.framework import Framework
from portal.suppliers.models.product import Product
from portal.suppliers.models.site import Site
from portal.suppliers.models.source import Source
from portal.suppliers.models.supplier import Supplier, UseCase
from portal.suppliers.models.supplier_import import SupplierImport

__all__ = [
    "AssuranceEvidence",
    "Claim",
    "ClaimMetric",
    "Contact",
    "Framework",
    "Product",
    "Site",
    "Source",
    "Supplier",
    "SupplierImport",
    "UseCase",
]
