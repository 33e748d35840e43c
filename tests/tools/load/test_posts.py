"""The questions that the soak and the benchmark post come from whom they say."""

from __future__ import annotations

import json

from slack_bolt.request.internals import extract_team_id

from tests.tools.load.posts import slack_post


def test_a_question_from_a_workspace_is_one_from_it_to_bolt() -> None:
    post = slack_post("T7")
    assert post.team == "T7"
    assert extract_team_id(json.loads(post.body)) == "T7"
    assert "T1" not in post.body.decode()
