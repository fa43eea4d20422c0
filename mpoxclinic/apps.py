from django.apps import AppConfig


class MpoxclinicConfig(AppConfig):
    name = "mpoxclinic"
