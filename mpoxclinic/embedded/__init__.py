"""PostgreSQL and Valkey for one command: ``python -m mpoxclinic.embedded CMD ...``.

Standard library only, and nothing here imports Django: it runs before there are settings.
"""
