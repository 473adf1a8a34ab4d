"""Verdicts as text, with and without colours, and as HTML."""
import re

import numpy as np
import pytest

from scratchnets.exercises import check, hint, names, task
from scratchnets.exercises.lectures import notebook
from scratchnets.exercises.verdict import Corner, Verdict


@pytest.fixture
def wrong():
    return check("dense_backward", lambda dy, x, W: (dy @ W.T, x.T @ dy / len(x), dy.sum(axis=0)))


def test_text_says_which_gradient_is_wrong_why_and_what_to_do(wrong):
    lines = str(wrong).splitlines()
    assert lines[0] == "dense_backward: wrong  [dw-averaged]"
    assert [line.split()[:2] for line in lines[1:4]] == [["dx", "right"], ["dW", "wrong"], ["db", "right"]]
    assert "yours" in str(wrong) and "finite diff." in str(wrong) and "ratio" in str(wrong)
    assert f"Read: {notebook(0)}, docs/derivations/dense.md" in str(wrong)
    assert 'Next: mend it and check again, or hint("dense_backward")' in str(wrong)
    assert repr(wrong) == str(wrong)


def test_the_corner_holds_three_by_three_of_each_and_their_ratio(wrong):
    corner, = wrong.corners
    assert corner.name == "dW" and corner.method == "finite diff." and corner.where == "[0:3, 0:3]"
    assert np.allclose(np.array(corner.yours) / np.array(corner.expected), corner.ratio)
    assert np.shape(corner.ratio) == (3, 3) and np.allclose(corner.ratio, corner.ratio[0][0])


def test_the_corner_moves_to_where_it_is_wrong():
    def answer(dy, x, W):
        dx = dy @ W.T
        dx[-1, -1] += 1
        return dx, x.T @ dy, dy.sum(axis=0)
    corner, = check("dense_backward", answer).corners
    assert corner.where != "[0:3, 0:3]" and corner.yours[-1][-1] == pytest.approx(corner.expected[-1][-1] + 1)


def test_a_wrong_shape_has_no_corner():
    assert check("dense_backward", lambda dy, x, W: (dy @ W.T, x.T @ dy, dy)).corners == []


def test_colours_are_an_addition_and_carry_nothing_alone(wrong):
    assert "\033" not in wrong.text()
    assert re.sub(r"\033\[\d+m", "", wrong.text(colour=True)) == wrong.text()
    assert "\033[31mwrong\033[0m" in wrong.text(colour=True)


def test_lines_fit_the_terminal(wrong, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert all(len(line) <= 60 for line in wrong.text().splitlines() if "  " not in line.strip())


def test_html_shows_the_same_and_escapes_the_learners_text(wrong):
    page = wrong._repr_html_()
    for words in ("<b>dense_backward</b>", "dw-averaged", "finite diff.", "<table>",
                  "hint(&quot;dense_backward&quot;)"):
        assert words in page
    verdict = Verdict("dense_backward", "raised", "<i>", "<script>alert(1)</script>\n\n    <b>line</b>",
                      {"dx": False, "<u>": None}, {"dx": "<u>"},
                      [Corner("<x>", "", "<m>", [[1.0]], [[2.0]], [[None]])], ["<r>"], "<n>", "<p>")
    page = verdict._repr_html_()
    for tag in ("<script", "<i>", "<u>", "<x>", "<m>", "<r>", "<n>", "<b>line"):
        assert tag not in page


def test_numbers_of_any_size_keep_the_columns_straight():
    corner = Corner("dx", "[0:2, 0:2]", "right", [[1e-12, 1e12], [float("nan"), float("inf")]],
                    [[0.0, -1.5], [1.0, 2.0]], [[None, -1e12], [None, None]])
    text = Verdict("x", "wrong", corners=[corner]).text()
    head, *rows = text.split("[0:2, 0:2]\n")[1].splitlines()
    assert len(rows) == 2 and rows[0].split() == ["1e-12", "1.0e12", "0.0000", "-1.5000", "–", "-1.0e12"]
    assert rows[1].split() == ["nan", "inf", "1.0000", "2.0000", "–", "–"]
    assert len(rows[0]) == len(rows[1]) and head.split() == ["yours", "right", "ratio"]


def test_a_head_wider_than_its_column_moves_the_next_column_along():
    text = Verdict("x", "wrong", corners=[Corner("da", "", "finite diff.", [[1.0]], [[2.0]], [[0.5]])]).text()
    assert text.endswith("da\n  yours      finite diff.     ratio\n  1.0000     2.0000           0.5000")


def test_a_passed_verdict_points_onwards():
    verdict = check(names()[0], lambda dy, x, W: (dy @ W.T, x.T @ dy, dy.sum(axis=0)))
    assert verdict.next == f'task("{names()[1]}")' and "Read:" not in str(verdict)


def test_task_and_hints_show_as_text():
    text = task("dense_backward")
    assert repr(text) == str(text) and "dy : array (N, M)" in text and "y = x W + b" in text
    first, second, third, again = (hint("softmax_backward") for _ in range(4))
    assert "Hint 1 of 3" in first and "Hint 2 of 3" in second and third == again
    assert "<pre>" in first._repr_html_()
