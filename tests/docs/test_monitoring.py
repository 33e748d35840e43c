"""The alert rules and the dashboard speak of meters that there are, of all of them, and promtool finds no fault."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.main import COMMANDS
from bot.metrics import Metrics
from content.reading.digest import CONTENT_FOLDER
from tests.tools.hangguard import HANG_GUARD
from tests.tools.places import ROOT

MONITORING = ROOT / "docs/monitoring"
RULES = yaml.safe_load((MONITORING / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
DASHBOARD = json.loads((MONITORING / "dashboard.json").read_text("utf-8"))
PROMTOOL = shutil.which("promtool")
COLUMNS = 24
PLAIN = re.compile(r"_(?:bucket|sum|count)$")
"""What a histogram's series add to its name."""


def panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def queries() -> list[str]:
    return [rule["expr"] for rule in RULES] + [target["expr"] for panel in panels() for target in panel["targets"]]


def named_in(query: str) -> set[str]:
    """Return the meters that a query names; when a counter was made is shown beside it."""
    names = re.findall(r"\bfaqbot_\w+", query)
    return {re.sub("_created$", "_total", PLAIN.sub("", name)) for name in names}


def named() -> set[str]:
    """Return the meters that rules and panels name."""
    return set().union(*map(named_in, queries()))


def there_are() -> dict[str, set[str]]:
    """Return the meters of the code as Prometheus calls them, with their labels."""
    found = {}
    meters: Iterable[Any] = Metrics().registry._names_to_collectors.values()
    for meter in meters:
        name = meter._name + ("_total" if meter._type == "counter" else "")
        found[name] = set(meter._labelnames)
    return found


def test_every_meter_that_is_named_exists_and_every_one_that_exists_is_named() -> None:
    assert named() == set(there_are())


def test_every_label_that_is_asked_for_is_the_meters() -> None:
    known = there_are()
    for query in queries():
        labels = set().union(*(known[name] for name in named_in(query)))
        asked = {label for group in re.findall(r"by \(([^)]*)\)", query) for label in group.split(", ")}
        asked |= set(re.findall(r"[{,](\w+)(?:=~|!~|!=|=)", query))
        assert asked <= labels | {"le", "job", "instance"}, query


def test_every_alert_says_what_is_so_and_what_to_do() -> None:
    names = [rule["alert"] for rule in RULES]
    assert len(set(names)) == len(names)
    for rule in RULES:
        assert set(rule["annotations"]) == {"summary", "action"}, rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert set(re.findall(r"`faqbot (\w+)`", rule["annotations"]["action"])) <= set(COMMANDS)


def test_every_alert_is_tested() -> None:
    tested = (MONITORING / "alerts-test.yml").read_text("utf-8")
    assert [rule["alert"] for rule in RULES if f'alertname="{rule["alert"]}"' not in tested] == []


def test_the_dashboard_asks_the_prometheus_that_is_chosen_and_has_no_panel_over_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= COLUMNS
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert {one["datasource"]["uid"] for panel in panels() for one in (panel, *panel["targets"])} == {"${source}"}
    assert all('job="$job"' in target["expr"] for panel in panels() for target in panel["targets"])


def promtool(*arguments: str) -> str:
    if PROMTOOL is None:
        pytest.skip("promtool is not installed (Debian: prometheus): rules and queries are not checked by it")
    done = subprocess.run(
        [PROMTOOL, *arguments], cwd=MONITORING, capture_output=True, text=True, check=False, timeout=HANG_GUARD
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_promtool_takes_the_rules() -> None:
    assert f"SUCCESS: {len(RULES)} rules found" in promtool("check", "rules", "alerts.yml")


def test_each_rule_fires_on_what_it_is_for_and_on_nothing_else() -> None:
    assert "SUCCESS" in promtool("test", "rules", "alerts-test.yml")


def test_promtool_takes_the_dashboards_queries(tmp_path: Path) -> None:
    rules = [
        {"record": f"q:{number}", "expr": query.replace("$job", "faqbot")}
        for number, query in enumerate(target["expr"] for panel in panels() for target in panel["targets"])
    ]
    path = tmp_path / "dashboard.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}), "utf-8")
    assert f"SUCCESS: {len(rules)} rules found" in promtool("check", "rules", str(path))


def test_an_increase_is_asked_of_what_is_there_at_0_or_with_its_first_count() -> None:
    shown = Metrics().text().decode()
    for rule in RULES:
        for name, labels in re.findall(r"increase\((\w+)(?:\{(\w+=~?\"[^\"]+\")\})?\[", rule["expr"]):
            label, _, values = labels.replace("=~", "=").replace('"', "").partition("=")
            wanted = [f'{label}="{value}"' for value in values.split("|")] if label else ["platform="]
            there = all(re.search(rf"^{name}\{{.*{value}.*\}} 0\.0$", shown, re.MULTILINE) for value in wanted)
            assert there or f"(min_over_time({name}" in rule["expr"], rule["alert"]


def test_no_alert_tells_that_somebody_asked_for_help() -> None:
    kinds = {path.stem for path in (CONTENT_FOLDER / "en/samples").glob("urgent-*.yaml")}
    text = json.dumps([RULES, DASHBOARD])
    assert "urgent" not in text
    assert not [kind for kind in kinds if kind in text]
