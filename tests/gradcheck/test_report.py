"""What a report says, and how."""
import json
import math

from scratchnets.gradcheck import Report, Row

CORRECT = Row("Dense", "dx", "richardson", 2e-13, "correct")
WRONG = Row("Dense", "dW", "richardson", 0.5, "wrong", "worst at index [0, 1]: analytic 1, numeric 3")
VACUOUS = Row("Dense", "db", "richardson", math.nan, "vacuous", "the true gradient is nearly zero")


def test_the_verdict_comes_first_and_the_detail_below_it():
    assert str(Report([CORRECT, WRONG, VACUOUS], ["frozen"])) == "\n".join([
        "verdict  error    gradient  method      name",
        "correct  2.0e-13  dx        richardson  Dense",
        "wrong    5.0e-01  dW        richardson  Dense",
        "    worst at index [0, 1]: analytic 1, numeric 3",
        "vacuous  –        db        richardson  Dense",
        "    the true gradient is nearly zero",
        "also checked: frozen"])


def test_one_row_that_is_not_correct_fails_the_report():
    assert Report([CORRECT]).passed and Report([CORRECT])
    for row in (WRONG, VACUOUS):
        assert not Report([CORRECT, row]).passed and not Report([CORRECT, row])


def test_a_report_without_rows_has_proved_nothing():
    assert not Report([]) and Report([]).worst == math.inf


def test_the_worst_error():
    assert Report([CORRECT, WRONG]).worst == 0.5
    assert Report([CORRECT, VACUOUS]).worst == math.inf


def test_the_list_survives_json():
    rows = json.loads(json.dumps(Report([CORRECT, VACUOUS]).to_list(), allow_nan=False))
    assert rows == [
        {"name": "Dense", "gradient": "dx", "method": "richardson", "error": 2e-13, "verdict": "correct"},
        {"name": "Dense", "gradient": "db", "method": "richardson", "error": None, "verdict": "vacuous"}]


def test_merging_keeps_the_worse_row_of_each_gradient():
    better = Row("Dense", "dW", "richardson", 1e-12, "correct")
    worse = Row("Dense", "dx", "richardson", 3e-13, "correct")
    assert Report([CORRECT, WRONG], ["a"]).merged(Report([worse, better], ["a", "b"])).rows == [worse, WRONG]
    assert Report([worse, better]).merged(Report([CORRECT, VACUOUS])).rows == [worse, better, VACUOUS]
