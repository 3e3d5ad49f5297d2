"""The seed slider: its data is what `measure` gives now, and what it says follows from the data."""

import copy

import pytest

from course.start.welcome import seed_slider

DATA = seed_slider._data()


def drifted(committed, fresh):
    """Seeds whose split is judged otherwise by more than one wine: other libraries may move a case."""
    pairs = zip(fresh["seeds"], committed["right"], fresh["right"], strict=True)
    return [seed for seed, one, other in pairs if abs(one - other) > 1]


def test_the_committed_data_is_what_measure_gives_now():
    fresh = seed_slider.measure()
    assert (fresh["seeds"], fresh["rows"]) == (DATA["seeds"], DATA["rows"])
    assert drifted(DATA, fresh) == []
    changed = copy.deepcopy(DATA)
    changed["right"][7] -= 2
    assert drifted(changed, fresh) == [7]


def test_the_data_covers_every_position_of_the_slider():
    assert DATA["seeds"] == list(seed_slider.SEEDS) and len(DATA["right"]) == 30
    assert all(0 < right <= DATA["rows"] for right in DATA["right"])


def test_the_data_tells_the_lesson():
    right = DATA["right"]
    assert right.count(DATA["rows"]) == 12
    assert max(right) - min(right) == 3
    spreads = [high - low for low, high in map(seed_slider._means, (1, 5, 10, 20, 30))]
    assert spreads == sorted(spreads, reverse=True) and spreads[-1] == 0


def test_the_row_of_seeds_goes_round_the_end():
    assert seed_slider._chosen(5, 28) == [28, 29, 0, 1, 2]
    assert sorted(seed_slider._chosen(30, 17)) == list(seed_slider.SEEDS)


@pytest.mark.parametrize(("count", "first"), [(1, 0), (1, 29), (5, 28), (30, 0), (30, 29)])
def test_as_many_dots_are_filled_as_seeds_are_looked_at(count, first):
    drawn, said = seed_slider._draw(count=count, first=first)
    assert drawn.count("<circle") == 30 and drawn.count('fill="none"') == 30 - count
    assert said.startswith(("Seed ", f"{count} seeds", f"All {count} seeds"))


def test_the_sentence_says_the_values_of_the_data():
    assert seed_slider._sentence(1, 0) == (
        "Seed 0: accuracy 1.000, 0 of 54 test wines wrong. Other seeds give 0.944 to 1.000."
    )
    right = [DATA["right"][seed] for seed in (3, 4, 5)]
    assert f"mean {sum(right) / 3 / DATA['rows']:.3f}" in seed_slider._sentence(3, 3)
