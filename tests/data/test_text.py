"""Text from the standard library or from a file, in words or letters."""
import numpy as np
import pytest

from scratchnets.data import load, text

SENTENCE = "The cat doesn't sleep; the Dog sleeps.\n"


def written(folder, content=SENTENCE * 20):
    path = folder / "story.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_words_and_marks():
    assert text.tokenize(SENTENCE) == ["the", "cat", "doesn't", "sleep", ";", "the", "dog", "sleeps", "."]
    assert text.tokenize("Élan vital: 2 œufs_durs") == ["élan", "vital", ":", "2", "œufs", "durs"]


def test_letters_with_single_spaces():
    assert "".join(text.tokenize("A  b\n\nC.", unit="letter")) == "a b c."


def test_a_file_is_split_in_order(tmp_path):
    data = load("text", file=written(tmp_path))
    words = data.vocabulary.decode(np.concatenate([data.x_train, data.x_test]))
    assert words == text.tokenize(SENTENCE) * 20
    assert len(data.x_train) == 144 and data.x_train.dtype == np.int64 and data.y_train is None
    assert data.name == "story" and data.licence == "your own"


def test_the_vocabulary_comes_from_the_training_part_alone(tmp_path):
    data = load("text", file=written(tmp_path, "a b " * 40 + "c d " * 10))
    assert set(data.vocabulary.tokens) == {"<unk>", "a", "b"}
    assert (data.x_test == 0).all() and (data.x_train != 0).all()


def test_size_bounds_the_vocabulary(tmp_path):
    data = load("text", file=written(tmp_path), size=3)
    assert data.vocabulary.tokens == ("<unk>", "the", ".")
    assert data.x_train.max() == 2


@pytest.mark.parametrize("unit", text.UNITS)
def test_help_topics(unit):
    pytest.importorskip("pydoc_data.topics")
    data = load("text", unit=unit)
    assert "Python 3." in data.source and data.licence == "PSF-2.0"
    assert len(data.x_train) > 20_000
    assert (data.x_train == 0).mean() < 0.05
    assert data.x_train.max() < len(data.vocabulary) <= 2000


def test_help_topics_are_prose_and_each_paragraph_occurs_once():
    paragraphs = text.help_topics().splitlines()
    assert len(set(paragraphs)) == len(paragraphs) > 500
    assert not any(">>>" in paragraph or "::=" in paragraph for paragraph in paragraphs)


def test_context_windows_pair_each_context_with_what_follows():
    contexts, following = text.context_windows(np.arange(10, 16), 2)
    np.testing.assert_array_equal(contexts, [[10, 11], [11, 12], [12, 13], [13, 14]])
    np.testing.assert_array_equal(following, [12, 13, 14, 15])
    with pytest.raises(ValueError, match=r"more than 6 token ids in one row, got shape \(6,\)"):
        text.context_windows(np.arange(6), 6)


@pytest.mark.parametrize("content, cause", [
    (b"caf\xe9 " * 20, "story.txt: not a text in UTF-8 .* at byte 3"),
    (b"", "story.txt: expected a text of at least 10 words, found 0"),
    (b"\x00" * 50, "at least 10 words"),
])
def test_a_file_that_is_no_text(tmp_path, content, cause):
    with pytest.raises(ValueError, match=cause):
        load("text", file=written(tmp_path, content))


def test_wrong_arguments_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent.txt: no such file"):
        load("text", file=tmp_path / "absent.txt")
    with pytest.raises(ValueError, match="is a folder"):
        load("text", file=tmp_path)
    with pytest.raises(ValueError, match="unknown unit 'words'.*'word'"):
        load("text", unit="words")
    with pytest.raises(ValueError, match="size must be at least 2"):
        load("text", size=1)


def test_a_byte_order_mark_is_no_letter(tmp_path):
    data = load("text", file=written(tmp_path, b"\xef\xbb\xbf" + SENTENCE.encode() * 5), unit="letter")
    assert "\ufeff" not in data.vocabulary
