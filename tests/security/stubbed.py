"""Real requests through all middleware and access rules, to views that do nothing.

What a page shows is tested elsewhere. Without it, all pages can be asked in all ways in seconds.
"""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from clinics.middleware import AccessRuleMiddleware
from clinics.permissions import AccessRule, AtClinic

LET_IN = 299


def stub_views(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer 299 in place of every view that the rules let somebody into.

    A test client reads its middleware at its first request: make it afterwards.
    """
    judged = AccessRuleMiddleware.process_view

    def judge(
        self: AccessRuleMiddleware, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse:
        refused = judged(self, request, view, args, kwargs)
        return HttpResponse(status=LET_IN) if refused is None else refused

    monkeypatch.setattr(AccessRuleMiddleware, "process_view", judge)
    for rule in (AccessRule, *AccessRule.__subclasses__(), *AtClinic.__subclasses__()):
        monkeypatch.setattr(rule, "asks", lambda *_: None)  # a reason is asked of who is let in
