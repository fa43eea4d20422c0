from django.urls import path

from eligibility.views import questions, result

app_name = "eligibility"
urlpatterns = [
    path("", result.landing, name="landing"),
    path("sjekk/", questions.begin, name="begin"),
    path("sjekk/svar/", result.result, name="result"),
    path("sjekk/snakk-med-oss/", result.talk, name="talk"),
    path("sjekk/<slug:step>/", questions.question, name="step"),
]
