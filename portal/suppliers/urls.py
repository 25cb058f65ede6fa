from django.urls import path

from portal.suppliers import assurance_views, claim_views, part_views, views

app_name = "suppliers"
urlpatterns = [
    path("suppliers/", views.supplier_list, name="supplier_list"),
    path("suppliers.csv", views.supplier_csv, name="supplier_csv"),
    path("suppliers/new/", views.supplier_create, name="supplier_create"),
    path("suppliers/<slug:slug>/", views.supplier_detail, name="supplier_detail"),
    path("suppliers/<slug:slug>/edit/", views.supplier_edit, name="supplier_edit"),
    path("suppliers/<slug:slug>/archive/", views.supplier_archive, name="supplier_archive"),
    path("suppliers/<slug:slug>/restore/", views.supplier_restore, name="supplier_restore"),
    path("suppliers/<slug:slug>/contacts/new/", part_views.contact_create, name="contact_create"),
    path(
        "suppliers/<slug:slug>/contacts/<int:pk>/edit/",
        part_views.contact_edit,
        name="contact_edit",
    ),
    path(
        "suppliers/<slug:slug>/contacts/<int:pk>/remove/",
        part_views.contact_remove,
        name="contact_remove",
    ),
    path("suppliers/<slug:slug>/products/new/", part_views.product_create, name="product_create"),
    path(
        "products/<slug:supplier>/<slug:product>/",
        part_views.product_detail,
        name="product_detail",
    ),
    path(
        "products/<slug:supplier>/<slug:product>/edit/",
        part_views.product_edit,
        name="product_edit",
    ),
    path(
        "products/<slug:supplier>/<slug:product>/claims/new/",
        claim_views.claim_create,
        name="claim_create",
    ),
    path(
        "products/<slug:supplier>/<slug:product>/evidence/new/",
        assurance_views.evidence_create,
        name="evidence_create",
    ),
    path("evidence/<int:pk>/edit/", assurance_views.evidence_edit, name="evidence_edit"),
    path("evidence/<int:pk>/remove/", assurance_views.evidence_remove, name="evidence_remove"),
    path("claims/<int:pk>/edit/", claim_views.claim_edit, name="claim_edit"),
    path("claims/<int:pk>/remove/", claim_views.claim_remove, name="claim_remove"),
]
