from django.urls import path

from portal.exploration import answer_views, call_views

app_name = "exploration"
urlpatterns = [
    path("calls/", call_views.call_list, name="call_list"),
    path("calls/new/", call_views.call_create, name="call_create"),
    path("calls/<slug:slug>/", call_views.call_detail, name="call_detail"),
    path("calls/<slug:slug>/edit/", call_views.call_edit, name="call_edit"),
    path("calls/<slug:slug>/open/", call_views.call_open, name="call_open"),
    path("calls/<slug:slug>/close/", call_views.call_close, name="call_close"),
    path("calls/<slug:slug>/questions/new/", call_views.question_create, name="question_create"),
    path("calls/<slug:slug>/side-by-side/", call_views.side_by_side, name="side_by_side"),
    path("calls/<slug:slug>/answers/new/", answer_views.answer_create, name="answer_create"),
    path("questions/<int:pk>/edit/", call_views.question_edit, name="question_edit"),
    path("questions/<int:pk>/remove/", call_views.question_remove, name="question_remove"),
    path("answers/<uuid:pk>/", answer_views.answer_detail, name="answer_detail"),
    path("answers/<uuid:pk>/edit/", answer_views.answer_edit, name="answer_edit"),
    path("answers/<uuid:pk>/withdraw/", answer_views.answer_withdraw, name="answer_withdraw"),
    path("answers/<uuid:pk>/assess/", answer_views.answer_assess, name="answer_assess"),
    path("answers/<uuid:pk>/take-up/", answer_views.answer_take_up, name="answer_take_up"),
]
