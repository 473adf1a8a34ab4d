"""``scratchnets reproduce`` runs what is missing, and says how far it is from the book."""
import json

import pytest
import toy as module
from toy import toy

from scratchnets.cli import main
from scratchnets.experiments import catalogue
from scratchnets.experiments.page import page
from scratchnets.experiments.reproduce import reproduce
from scratchnets.experiments.store import Store
from scratchnets.experiments.trial import Trial


@pytest.fixture
def command(book, monkeypatch, tmp_path, capsys):
    """Runs the command on the toy alone: (exit status, output, errors)."""
    monkeypatch.setattr(catalogue, "names", lambda: ["toy"])
    monkeypatch.setattr(catalogue, "get", lambda name: catalogue.choice("experiment", name, ["toy"]) and toy())
    monkeypatch.setattr("scratchnets.experiments.page.BOOK", book)
    monkeypatch.setattr("scratchnets.experiments.BOOK", book)

    def run(*arguments):
        status = main(["reproduce", *arguments, "--out", str(tmp_path / "out")])
        return status, *capsys.readouterr()
    return run


def test_what_is_there_is_not_run_again(tmp_path, book):
    assert reproduce(toy(), tmp_path, quick=True).done == 1 and module.RUNS == [0]
    assert reproduce(toy(), tmp_path).done == 3 and module.RUNS == [1, 2]
    assert reproduce(toy(), tmp_path).done == 3 and module.RUNS == []
    assert [row["square"] for row in Store(tmp_path, "toy").rows["squares"]] == [0, 0, 1, 2, 4, 8]


def test_a_stopped_run_keeps_its_finished_trials(tmp_path, book):
    def trials():
        yield Trial("squares", {"seed": 0}, lambda: module.squares(0))
        yield Trial("squares", {"seed": 1}, stop)

    def stop():
        yield {"square": 1}
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        reproduce(toy(trials), tmp_path)
    assert [row["seed"] for row in Store(tmp_path, "toy").rows["squares"]] == [0, 0]


def test_it_says_whether_the_figures_are_the_books(tmp_path, book):
    assert reproduce(toy(), tmp_path / "first").verdict == "not in the book"
    reproduce(toy(), book)
    assert reproduce(toy(), tmp_path / "second").verdict == "every figure is the book's"
    changed = json.loads((book / "toy.json").read_text())
    changed["parts"]["squares"][-1]["square"] = 10
    (book / "toy.json").write_text(json.dumps(changed))
    outcome = reproduce(toy(), tmp_path / "second")
    assert outcome.difference == pytest.approx(0.2)
    assert outcome.verdict == "at most 20 % from the book's figures (square, seed 2)"


def test_what_cannot_be_a_share_is_said_in_words(tmp_path, book):
    def trials(label):
        yield Trial("squares", {"seed": 0}, lambda: iter([{"label": label, "path": [[0, 1], [2, label]]}]))
    reproduce(toy(lambda: trials("a")), book)
    assert reproduce(toy(lambda: trials("b")), tmp_path).verdict == "not the book's figures (label, seed 0)"


def test_a_missing_package_leaves_its_trials_out(tmp_path, book):
    def trials():
        yield Trial("squares", {"seed": 0}, lambda: module.squares(0))
        yield Trial("squares", {"seed": 1}, lambda: module.squares(1), needs="no_such_package")
    outcome = reproduce(toy(trials), tmp_path)
    assert (outcome.done, module.RUNS) == (1, [0])
    assert "1 left out: they need no_such_package, pip install no_such_package" in str(outcome)


def test_where_no_trial_is_quick_it_says_so(tmp_path, book):
    def trials():
        yield Trial("squares", {"seed": 0}, lambda: module.squares(0))
    outcome = reproduce(toy(trials), tmp_path, quick=True)
    assert module.RUNS == [] and outcome.verdict == "none of its trials is quick"


def test_each_row_says_how_long_it_took(tmp_path, book):
    reproduce(toy(), tmp_path)
    assert all(row["seconds"] >= 0 for row in Store(tmp_path, "toy").rows["squares"])


def test_the_command_leaves_rows_and_a_page(command, tmp_path):
    status, output, _ = command("--quick")
    assert status == 0 and "toy                        1 of   3 trials" in output
    assert f"the figures as a page: {tmp_path / 'out' / 'results.md'}" in output
    written = (tmp_path / "out" / "results.md").read_text()
    assert "## Squares of seeds, twice\n" in written and "| 1 of 3 |" in written
    assert (tmp_path / "out" / "toy.json").exists()


def test_a_stop_says_how_to_go_on(command, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt
    monkeypatch.setattr("scratchnets.experiments.reproduce.timed", stop)
    status, _, errors = command()
    assert status == 130 and f"are kept in {tmp_path / 'out'}; go on with the same command" in errors


def test_the_page_names_seeds_time_and_machine(command, tmp_path, monkeypatch):
    command()
    monkeypatch.setattr("scratchnets.experiments.page.all_experiments", lambda: [toy()])
    written = page(tmp_path / "out")
    assert " thread" in written and "NumPy" in written and "| seeds |" in written and "| minutes |" in written
    assert "| 1 | 1.7 ± 1.2 | 1.00 ± 0.58 | 3 |" in written            # epochs, square, curve, seeds


def test_the_list_runs_nothing(command, tmp_path):
    status, output, _ = command("--list")
    assert status == 0 and "toy" in output and "3 trials (1 quick): Squares of seeds, twice." in output
    assert module.RUNS == [] and not (tmp_path / "out").exists()


def test_an_unknown_experiment_is_refused(command):
    status, _, errors = command("toi")
    assert status == 2 and "unknown experiment 'toi' (did you mean 'toy'?)" in errors


def test_help_shows_examples(capsys):
    with pytest.raises(SystemExit):
        main(["reproduce", "--help"])
    assert "scratchnets reproduce --quick" in capsys.readouterr().out
