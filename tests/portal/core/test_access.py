"""Default deny: a view that says nothing is closed to everyone, and nobody passes by the table."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from portal.accounts.models import Role
from portal.core.access import DefaultDenyMiddleware, RightsPermission, may, require, right
from tests.portal.builders import (
    make_product,
    make_run,
    make_supplier,
    make_supplier_user,
    make_user,
)

pytestmark = pytest.mark.django_db


def undeclared(request):
    return HttpResponse("secret")


class UndeclaredApi(APIView):
    def get(self, request):
        return HttpResponse("secret")


class HalfDeclaredApi(APIView):
    permission_classes = (RightsPermission,)
    rights = {"get": "suppliers.view"}

    def get(self, request):
        return HttpResponse("fine")

    def post(self, request):
        return HttpResponse("secret")


urlpatterns = [path("undeclared/", undeclared), path("undeclared-api/", UndeclaredApi.as_view())]


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("view", [undeclared, UndeclaredApi.as_view()])
def test_a_view_without_a_declaration_is_closed_to_every_role(role, view):
    request = RequestFactory().get("/undeclared/")
    request.user = make_user(role) if role else None

    with pytest.raises(PermissionDenied):
        DefaultDenyMiddleware(lambda _: HttpResponse()).process_view(request, view, (), {})


def test_an_api_action_without_a_right_is_closed(jsarc):
    factory = APIRequestFactory()
    answers = []
    for request in (factory.get("/"), factory.post("/")):
        request.user = jsarc
        request._force_auth_user = jsarc
        answers.append(HalfDeclaredApi.as_view()(request).status_code)

    assert answers == [200, 403]


def test_the_signed_in_get_a_page_that_says_why(sign_in, official):
    response = sign_in(official).get("/people/")

    assert response.status_code == 403
    assert "Your role does not include what is on this page" in response.content.decode()


@pytest.mark.parametrize("role", Role)
def test_an_unknown_right_is_held_by_nobody(role):
    assert not may(make_user(role), "suppliers.invented")


def test_djangos_superuser_flag_gives_nothing():
    person = make_user(Role.OFFICIAL, is_superuser=True, is_staff=True)

    assert not may(person, "people.manage")


def test_a_person_who_may_not_sign_in_holds_no_right():
    assert not may(make_user(Role.JSARC, is_active=False), "suppliers.view")


def test_a_suppliers_right_ends_at_their_own_records():
    own = make_supplier()
    person = make_supplier_user(own)
    mine, theirs = make_product(supplier=own), make_product()

    assert may(person, "suppliers.edit", own)
    assert may(person, "suppliers.edit", mine)
    assert not may(person, "suppliers.edit", theirs)
    assert not may(person, "suppliers.edit", theirs.supplier)
    assert not may(person, "runs.view", make_run())
    with pytest.raises(PermissionDenied):
        require(person, "suppliers.edit", theirs)


def test_a_record_of_no_organisation_is_nobodys_own():
    assert not may(make_supplier_user(), "suppliers.edit", object())


def test_declaring_a_right_keeps_the_view_itself():
    assert right("suppliers.view")(undeclared) is undeclared
    del undeclared.access
