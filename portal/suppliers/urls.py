from django.urls import path

from portal.suppliers import product_views, views
from portal.suppliers.importing import views as importing
from portal.suppliers.merging.views import supplier_merge
from portal.suppliers.parts import forms, kinds
from portal.suppliers.parts.views import PartPages

PARTS = (
    PartPages(kinds.CONTACT, forms.ContactForm),
    PartPages(kinds.FRAMEWORK, forms.FrameworkForm),
    PartPages(kinds.SITE, forms.SiteForm),
    PartPages(kinds.SOURCE, forms.SourceForm),
    PartPages(kinds.CLAIM, forms.ClaimForm),
    PartPages(kinds.EVIDENCE, forms.EvidenceForm),
)

app_name = "suppliers"
urlpatterns = [
    path("suppliers/", views.supplier_list, name="supplier_list"),
    path("suppliers.csv", views.supplier_csv, name="supplier_csv"),
    path("suppliers/new/", views.supplier_create, name="supplier_create"),
    path("suppliers/import/", importing.import_create, name="import_create"),
    path("suppliers/import/template.csv", importing.import_template, name="import_template"),
    path("suppliers/import/<uuid:pk>/", importing.import_detail, name="import_detail"),
    path("suppliers/<slug:slug>/", views.supplier_detail, name="supplier_detail"),
    path("suppliers/<slug:slug>/edit/", views.supplier_edit, name="supplier_edit"),
    path("suppliers/<slug:slug>/research/", views.supplier_research, name="supplier_research"),
    path("suppliers/<slug:slug>/archive/", views.supplier_archive, name="supplier_archive"),
    path("suppliers/<slug:slug>/merge/", supplier_merge, name="supplier_merge"),
    path("suppliers/<slug:slug>/restore/", views.supplier_restore, name="supplier_restore"),
    path(
        "suppliers/<slug:slug>/products/new/", product_views.product_create, name="product_create"
    ),
    path(
        "products/<slug:supplier>/<slug:product>/",
        product_views.product_detail,
        name="product_detail",
    ),
    path(
        "products/<slug:supplier>/<slug:product>/edit/",
        product_views.product_edit,
        name="product_edit",
    ),
    path(
        "products/<slug:supplier>/<slug:product>/confirm/",
        product_views.product_confirm,
        name="product_confirm",
    ),
    *(address for pages in PARTS for address in pages.addresses()),
]
