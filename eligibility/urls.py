from django.urls import path

from eligibility.views import how_we_decide, questions, result

app_name = "eligibility"
urlpatterns = [
    path("", result.landing, name="landing"),
    path("slik-avgjor-vi/", how_we_decide.how_we_decide, name="how_we_decide"),
    path("sjekk/", questions.begin, name="begin"),
    path("sjekk/slett/", questions.forget, name="forget"),
    path("sjekk/svar/", result.result, name="result"),
    path("sjekk/snakk-med-oss/", result.talk, name="talk"),
    path("sjekk/foresatt/", result.guardian, name="guardian"),
    path("sjekk/<slug:step>/", questions.question, name="step"),
]
