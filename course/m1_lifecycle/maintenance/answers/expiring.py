"""Answers to `maintenance.expiring`: another right one, and wrong ones with what each must be told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from autograder.exercise import Answers, Wrong


def by_seconds(items, now, warn):
    """Everything as seconds since 1970."""

    def seconds(text):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(text)
        return moment.timestamp()

    rows = []
    for item in items:
        if item["kind"] == "model":
            end = max(seconds(text) for text in item["data"]) + item["valid_days"] * 86400
        else:
            end = seconds(item["until"])
        ahead = end - now.timestamp()
        if ahead <= warn * 86400:
            rows.append((end, item["name"], "soon" if ahead > 0 else "expired"))
    return [(name, state) for _, name, state in sorted(rows)]


def _answer(items, now, warn, read=None, start=None, expired=None, listed=None, order=None, checked=True):
    def plain(text):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            if checked:
                raise ValueError(text)
            moment = moment.replace(tzinfo=UTC)
        return moment

    read = read or plain
    rows = []
    for item in items:
        if item["kind"] == "model":
            begin = start(item, read) if start else max([read(text) for text in item["data"]])
            end = begin + timedelta(days=item["valid_days"])
        else:
            end = read(item["until"])
        limit = now + timedelta(days=warn)
        if (listed or (lambda end, now, limit: end <= limit))(end, now, limit):
            over = (expired or (lambda end, now: end <= now))(end, now)
            rows.append((end, item["name"], "expired" if over else "soon"))
    rows.sort(key=order)
    return [row[1:] for row in rows]


def open_at_now(items, now, warn):
    return _answer(items, now, warn, expired=lambda end, now: end < now)


def open_at_the_end(items, now, warn):
    return _answer(items, now, warn, listed=lambda end, now, limit: end < limit)


def only_the_future(items, now, warn):
    return _answer(items, now, warn, listed=lambda end, now, limit: now < end <= limit)


def from_release(items, now, warn):
    return _answer(items, now, warn, start=lambda item, read: read(item["released"]))


def from_first(items, now, warn):
    return _answer(items, now, warn, start=lambda item, read: read(item["data"][0]))


def from_oldest(items, now, warn):
    return _answer(items, now, warn, start=lambda item, read: min(map(read, item["data"])))


def newest_as_text(items, now, warn):
    return _answer(items, now, warn, start=lambda item, read: read(max(item["data"])))


def drops_offsets(items, now, warn):
    def read(text):
        if datetime.fromisoformat(text).tzinfo is None:
            raise ValueError(text)
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    return _answer(items, now, warn, read=read)


def by_name(items, now, warn):
    return _answer(items, now, warn, order=lambda row: row[1])


def as_given_in_ties(items, now, warn):
    return _answer(items, now, warn, order=lambda row: row[0])


def soon_first(items, now, warn):
    return _answer(items, now, warn, order=lambda row: (row[2] == "expired", row[0], row[1]))


def guesses_utc(items, now, warn):
    return _answer(items, now, warn, checked=False)


def whole_days(items, now, warn):
    return _answer(items, now, warn, expired=lambda end, now: (end - now).days <= 0)


def all_of_them(items, now, warn):
    return _answer(items, now, warn, listed=lambda end, now, limit: True)


def zone_of_the_release(items, now, warn):
    for item in items:
        if "released" in item and datetime.fromisoformat(item["released"]).tzinfo is None:
            raise ValueError(item["released"])
    return _answer(items, now, warn)


def zero_is_thirty(items, now, warn):
    return _answer(items, now, warn or 30)


def at_least_five(items, now, warn):
    return _answer(items, now, max(warn, 5))


def one_model(items, now, warn):
    models = [item for item in items if item["kind"] == "model"]
    return _answer([item for item in items if item not in models[1:]], now, warn)


def one_per_name(items, now, warn):
    return list(dict(_answer(items, now, warn)).items())


def whole_seconds(items, now, warn):
    def read(text):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(text)
        return moment.replace(microsecond=0)

    return _answer(items, now, warn, read=read)


def keys_only(items, now, warn):
    return _answer([{"kind": "key", "name": i["name"], "until": i["until"]} for i in items], now, warn)


def names_only(items, now, warn):
    return [name for name, _ in _answer(items, now, warn)]


def reads_in_place(items, now, warn):
    found = _answer(items, now, warn)
    for item in items:
        if "until" in item:
            item["until"] = item["until"].replace("Z", "+00:00")
        else:
            item["data"].sort()
    return found


NAIVE = "A time without a zone may be hours off: raise ValueError, and do not guess."

ANSWERS = Answers(
    right=[by_seconds],
    wrong=[
        Wrong(open_at_now, "listed", "at this very moment has expired"),
        Wrong(open_at_the_end, "listed", "last moment counts"),
        Wrong(only_the_future, "listed", "What has expired already"),
        Wrong(from_release, "models", "not from its release", also=(NAIVE,)),
        Wrong(from_first, "models", "not the first in the list", also=(NAIVE,)),
        Wrong(from_oldest, "models", "not the oldest"),
        Wrong(newest_as_text, "models", "not the largest text", also=(NAIVE,)),
        Wrong(drops_offsets, "listed", "do not drop the offset"),
        Wrong(by_name, "order", "Sort by the moment"),
        Wrong(as_given_in_ties, "order", "Ties go by name"),
        Wrong(soon_first, "order", "not a group of their own"),
        Wrong(guesses_utc, "zone", "do not guess"),
        Wrong(whole_days, "listed", "The list"),
        Wrong(all_of_them, "listed", "The list"),
        Wrong(zone_of_the_release, "models", "An error was raised"),
        Wrong(zero_is_thirty, "listed", "The list"),
        Wrong(at_least_five, "listed", "The list"),
        Wrong(one_model, "models", "The list"),
        Wrong(one_per_name, "listed", "The list"),
        Wrong(whole_seconds, "listed", "The list"),
        Wrong(keys_only, "models", "A model has no `until`"),
        Wrong(names_only, "listed", "another form"),
        Wrong(reads_in_place, "inputs", "changed the items"),
    ],
)
