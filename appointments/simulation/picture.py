"""The waste of the policies as a picture that stands alone: no script, no address it fetches."""

import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

import pygal
from pygal.style import Style

from appointments.simulation.comparison import Comparison
from appointments.simulation.scenario import Scenario

# pygal hooks into all imports, for maps that are not drawn here, in a way that Python gave up:
# each import that finds nothing would warn.
sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, pygal.PluginImportFixer)]

# What a clinic leader reads, for each policy; darker is worse.
WORDS = {
    "any-slot": "Any free time (ordinary booking)",
    "fill-first": "Times that share a vial first",
    "fill-first+repair": "… and a few people asked to move",
    "full": "… and standby people called",
}
COLOURS = {
    "any-slot": "#7a1f3d",
    "fill-first": "#c98a2b",
    "fill-first+repair": "#5b8db8",
    "full": "#1f6f5c",
}


def draw_waste(comparisons: Sequence[Comparison], file: Path) -> None:
    """Write an SVG: a group of bars for each scenario, a bar for each policy."""
    policies = [row.policy for row in comparisons[0].rows]
    chart = pygal.Bar(
        style=Style(
            background="#ffffff",
            plot_background="#ffffff",
            foreground="#1e2b3c",
            foreground_strong="#1e2b3c",
            foreground_subtle="#dde3ea",
            guide_stroke_color="#dde3ea",
            guide_stroke_dasharray="1,0",
            major_guide_stroke_color="#dde3ea",
            major_guide_stroke_dasharray="1,0",
            opacity=1,
            colors=tuple(COLOURS[policy] for policy in policies),
            value_colors=("#1e2b3c",) * len(policies),
            font_family="Inter, Helvetica, Arial, sans-serif",
            title_font_size=18,
            label_font_size=13,
            major_label_font_size=13,
            legend_font_size=14,
            value_font_size=12,
        ),
        width=1000,
        height=560,
        title="Vaccine thrown away, per cent of the doses in opened vials",
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        legend_box_size=14,
        print_values=True,
        print_values_position="top",
        formatter=_per_cent,
        value_formatter=_per_cent,
        range=(0, _top(comparisons)),
        y_labels=[*range(0, _top(comparisons) + 1, 20)],
        truncate_label=-1,
        truncate_legend=-1,
        spacing=14,
        margin=20,
        x_title="Requests a day, and how long an opened vial may be used",
    )
    chart.uuid = "waste"  # the same numbers give the same file
    chart.add_xml_filter(_without_scripts)
    chart.x_labels = [_label(comparison.scenario) for comparison in comparisons]
    for policy in policies:
        wastes = [comparison.row(policy).waste for comparison in comparisons]
        chart.add(WORDS[policy], [None if waste is None else 100 * waste for waste in wastes])
    file.write_bytes(chart.render())


def _top(comparisons: Sequence[Comparison]) -> int:
    most = max((row.waste or 0 for each in comparisons for row in each.rows), default=0)
    return max(10, -(-round(100 * most + 3) // 10) * 10)


def _label(scenario: Scenario) -> str:
    hours = f"{scenario.window_hours:g} hour" + ("" if scenario.window_hours == 1 else "s")
    return f"{scenario.demand:g} a day, {hours}"


def _without_scripts(svg: Element) -> Element:
    for parent in list(svg.iter()):
        for child in list(parent):
            if str(child.tag).endswith("script"):
                parent.remove(child)
    return svg


def _per_cent(value: float) -> str:
    return f"{value:.0f} %"
