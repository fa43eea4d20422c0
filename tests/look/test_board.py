"""The board's frame: the same order of need at every width."""

from itertools import pairwise
from typing import Any

import pytest

from tests.look.conftest import OpenHtml, Render

BOARD = """{% extends "base_staff.html" %}{% block page %}page--board{% endblock %}
{% block content %}
  <h1 class="ds-sr-only">I dag</h1>
  <section class="advice"><h2 class="advice__title">Gi neste dose</h2></section>
  <div class="board">
    <div class="board__waiting"><section class="panel"><h2>Venter</h2></section></div>
    <div class="board__vials">
      <section class="panel vial">
        <h2>Hetteglass B</h2>
        <dl class="figures">
          <div><dt>igjen</dt><dd><span class="figure">49</span> min</dd></div>
          <div><dt>doser igjen</dt><dd><span class="figure">2</span></dd></div>
        </dl>
      </section>
    </div>
    <div class="board__expected"><section class="panel"><h2>Ventes</h2></section></div>
  </div>
{% endblock %}"""
PARTS = {
    "advice": ".advice",
    "waiting": ".board__waiting",
    "vials": ".board__vials",
    "expected": ".board__expected",
}


@pytest.fixture
def boxes(render: Render, open_html: OpenHtml) -> Any:
    """Where the parts stand at a width: ``boxes(390)["advice"]["x"]``."""

    def _boxes(width: int) -> dict[str, Any]:
        page = open_html(render(BOARD), width=width)
        return {name: page.locator(selector).bounding_box() for name, selector in PARTS.items()}

    return _boxes


def test_on_a_phone_one_column_in_order_of_need(boxes: Any) -> None:
    parts = boxes(390)
    order = [parts[name] for name in ("advice", "waiting", "vials", "expected")]

    assert len({part["x"] for part in order}) == 1
    assert all(above["y"] < below["y"] for above, below in pairwise(order))


def test_on_a_tablet_people_left_and_vials_right(boxes: Any) -> None:
    parts = boxes(1024)

    assert parts["waiting"]["x"] == parts["expected"]["x"] < parts["vials"]["x"]
    assert parts["waiting"]["y"] == parts["vials"]["y"] < parts["expected"]["y"]


def test_on_a_wide_screen_three_columns_below_the_advice(boxes: Any) -> None:
    parts = boxes(1280)

    assert parts["waiting"]["x"] < parts["expected"]["x"] < parts["vials"]["x"]
    assert parts["waiting"]["y"] == parts["expected"]["y"] == parts["vials"]["y"]
    assert parts["advice"]["y"] < parts["waiting"]["y"]


@pytest.mark.parametrize("width", [390, 1280])
def test_time_and_doses_left_are_the_largest_words(
    render: Render, open_html: OpenHtml, width: int
) -> None:
    page = open_html(render(BOARD), width=width)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll("main *")]
            .map(part => [parseFloat(getComputedStyle(part).fontSize), part.className])"""
    )
    largest = max(size for size, _name in sizes)

    assert {name for size, name in sizes if size == largest} == {"figure"}


def test_figures_stand_in_columns(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(BOARD))
    width = """text => {
        const figure = document.querySelector(".figure");
        figure.textContent = text;
        return figure.getBoundingClientRect().width;
    }"""

    assert page.evaluate(width, "11.11") == page.evaluate(width, "48.90")
