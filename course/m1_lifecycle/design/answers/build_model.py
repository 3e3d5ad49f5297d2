"""Answers to `design.build_model`: other right ones, and wrong ones with what each must be told."""

from pytm import TM, Actor, Boundary, Controls, Dataflow, Datastore, Process, Server

from autograder.exercise import Answers, Wrong

from ..clinic import describe
from ..material import ARROWS, CLINIC

CONTROLS = ("isEncrypted", "authenticatesSource", "authenticatesDestination")


def drawing(
    clinic=CLINIC,
    arrows=ARROWS,
    bare=(),
    lacks=CONTROLS,
    more=None,
    server=Process,
    on_flow=False,
    fresh=False,
    claims=(),
    nested=False,
    names=CONTROLS,
):
    """The clinic, drawn by a loop.

    `bare` are the arrows that lack the controls `lacks`; `claims` are arrows within one boundary
    that have them.
    With `fresh`, each part gets a boundary of its own; with `nested`, one boundary lies in the other.
    """
    TM.reset()
    tm = TM("by a loop")
    kinds = {"actor": Actor, "server": server, "store": Datastore}
    places = {place for _, place in clinic.values() if place}
    places = {} if fresh else {name: Boundary(name) for name in sorted(places)}
    if nested:
        places["service network"].inBoundary = places["clinic network"]
    parts = {
        name: kinds[kind](name, **({"inBoundary": places.get(place) or Boundary(place)} if place else {}))
        for name, (kind, place) in clinic.items()
    }
    for source, sink in arrows:
        flow = Dataflow(parts[source], parts[sink], f"{source} to {sink}")
        crosses = parts[source].inBoundary is not parts[sink].inBoundary or (source, sink) in claims
        missing = lacks if (source, sink) in bare else ()
        for control, name in zip(CONTROLS, names, strict=True):
            if crosses and control not in missing:
                setattr(flow if on_flow else flow.controls, name, True)
    if more:
        more(parts, places)
    return describe(tm)


def by_a_loop():
    return drawing()


def with_more():
    """A doctor, a monitor in its own boundary, and a second flow between the same two parts."""

    def more(parts, places):
        doctor = Actor("doctor", inBoundary=places["clinic network"])
        monitor = Server("monitor", inBoundary=Boundary("watch"))
        Dataflow(doctor, parts["clinic app"], "look")
        Dataflow(parts["scoring service"], parts["audit log"], "a second kind of event")
        flow = Dataflow(parts["scoring service"], monitor, "figures")
        for control in CONTROLS:
            setattr(flow.controls, control, True)

    return drawing(more=more, server=Server)


def plain_data():
    """Typed by hand: the description is what counts."""
    parts = [{"name": n, "kind": k, "boundary": b} for n, (k, b) in reversed(CLINIC.items())]
    flows = [
        {
            "name": f"flow {number}",
            "source": source,
            "sink": sink,
            "encrypted": CLINIC[source][1] != CLINIC[sink][1],
            "authenticates_source": CLINIC[source][1] != CLINIC[sink][1],
            "authenticates_destination": CLINIC[source][1] != CLINIC[sink][1],
        }
        for number, (source, sink) in enumerate(ARROWS)
    ]
    boundaries = [{"name": name, "boundary": None} for name in ("service network", "clinic network")]
    return {"boundaries": boundaries, "parts": parts, "flows": flows}


def boundary_later():
    """Parts first, their boundaries afterwards; controls as one object; names of flows all empty."""
    TM.reset()
    tm = TM("later", isOrdered=True)
    kinds = {"actor": Actor, "server": Server, "store": Datastore}
    parts = {name: kinds[kind](name) for name, (kind, _) in CLINIC.items()}
    places = {name: Boundary(name) for name in ("service network", "clinic network")}
    for name, part in parts.items():
        part.inBoundary = places.get(CLINIC[name][1])
    for source, sink in ARROWS:
        flow = Dataflow(parts[source], parts[sink], "", protocol="HTTPS")
        if parts[source].inBoundary != parts[sink].inBoundary:
            flow.controls = Controls(**dict.fromkeys(CONTROLS, True))
    return describe(tm)


def nothing():
    return {"boundaries": [], "parts": [], "flows": []}


def everything():
    """An arrow from every part to every other one, with all controls."""
    kinds = {name: kind for name, (kind, _) in CLINIC.items()}
    pairs = [(a, b) for a in kinds for b in kinds if a != b and {kinds[a], kinds[b]} != {"actor", "store"}]
    return drawing(arrows=pairs, claims=pairs)


def both_ways():
    return drawing(arrows=[*ARROWS, *((sink, source) for source, sink in ARROWS)])


def claims_all():
    return drawing(claims=ARROWS)


def claims_one():
    return drawing(claims=[("training job", "model store")])


def fresh_boundaries():
    return drawing(fresh=True)


def nested():
    return drawing(nested=True)


def self_loop():
    def more(parts, places):
        island = Server("island")
        Dataflow(island, island, "to itself")

    return drawing(more=more)


def misspelt():
    return drawing(names=("isEncryped", *CONTROLS[1:]))


def misspelt_place():
    described = drawing()
    app = next(part for part in described["parts"] if part["name"] == "clinic app")
    app |= {"boundary": None, "unknown": ["inBoundry"]}
    return described


def flat():
    return drawing(clinic={name: (kind, None) for name, (kind, _) in CLINIC.items()}, bare=ARROWS)


def log_is_a_server():
    return drawing(clinic={**CLINIC, "audit log": ("server", "service network")})


def developer_inside():
    return drawing(clinic={**CLINIC, "developer": ("actor", "service network")})


def no_reset_of_parts():
    """Draws into the class a second time."""
    once = drawing()
    return {**once, "parts": once["parts"] * 2}


def asks_instead():
    turned = [("scoring service", "model store") if pair[0] == "model store" else pair for pair in ARROWS]
    return drawing(arrows=turned)


def no_answer():
    return drawing(arrows=[pair for pair in ARROWS if pair != ("scoring service", "clinic app")])


def one_bare():
    return drawing(bare=[("developer", "training job")])


def answer_bare():
    return drawing(bare=[("scoring service", "clinic app")])


def not_encrypted():
    return drawing(bare=[("clinic app", "scoring service")], lacks=("isEncrypted",))


def one_end():
    return drawing(bare=ARROWS, lacks=("authenticatesSource",))


def other_end():
    return drawing(bare=ARROWS, lacks=("authenticatesDestination",))


def on_the_flow():
    return drawing(on_flow=True)


def more_but_bare():
    def more(parts, places):
        Dataflow(Actor("auditor"), parts["scoring service"], "questions")

    return drawing(more=more)


def orphan():
    return drawing(more=lambda parts, places: Server("cache", inBoundary=places["service network"]))


def shortcut():
    def more(parts, places):
        flow = Dataflow(parts["developer"], parts["model store"], "hot fix")
        for control in CONTROLS:
            setattr(flow.controls, control, True)

    return drawing(more=more)


def reader():
    def more(parts, places):
        Dataflow(parts["audit log"], Actor("privacy officer", inBoundary=places["service network"]), "events")

    return drawing(more=more)


ANSWERS = Answers(
    right=[by_a_loop, with_more, plain_data, boundary_later],
    wrong=[
        Wrong(nothing, "parts", "isn't drawn"),
        Wrong(nothing, "loose", "There is no arrow"),
        Wrong(flat, "parts", "'clinic network' isn't drawn"),
        Wrong(flat, "boundary", "crosses a boundary"),
        Wrong(log_is_a_server, "parts", "of another kind"),
        Wrong(developer_inside, "parts", "lies elsewhere"),
        Wrong(no_reset_of_parts, "parts", "several parts"),
        Wrong(asks_instead, "arrows", "points the other way"),
        Wrong(no_answer, "arrows", "no arrow from the scoring service to the clinic app"),
        Wrong(one_bare, "boundary", "developer to training job"),
        Wrong(answer_bare, "boundary", "scoring service to clinic app"),
        Wrong(not_encrypted, "boundary", "isEncrypted isn't True"),
        Wrong(one_end, "boundary", "authenticatesSource isn't True"),
        Wrong(other_end, "boundary", "authenticatesDestination isn't True"),
        Wrong(on_the_flow, "boundary", "pytm doesn't complain"),
        Wrong(more_but_bare, "boundary", "'questions' crosses a boundary"),
        Wrong(misspelt, "boundary", "doesn't know them: isEncryped"),
        Wrong(misspelt_place, "parts", "doesn't know them: inBoundry"),
        Wrong(everything, "arrows", "none of the eight"),
        Wrong(everything, "boundary", "nobody has built that"),
        Wrong(both_ways, "arrows", "none of the eight"),
        Wrong(claims_all, "boundary", "nobody has built that"),
        Wrong(claims_one, "boundary", "'training job to model store' crosses no boundary"),
        Wrong(fresh_boundaries, "parts", "for pytm a new Boundary"),
        Wrong(nested, "parts", "'service network' lies in 'clinic network'"),
        Wrong(self_loop, "loose", "joins the part 'island' to another"),
        Wrong(orphan, "loose", "joins the part 'cache' to another"),
        Wrong(shortcut, "loose", "joins an actor and a store"),
        Wrong(reader, "loose", "'events' joins an actor and a store"),
    ],
)

_NAMED = {
    "nurse, app": "measurements of a sample",
    "store, service": "release to load",
    "service, log": "audit event",
    "rows, job": "rows",
    "job, store": "new release",
    "app, service": "measurements",
    "service, app": "answer",
    "developer, job": "order to train",
}
EQUIVALENT = {
    f"Dataflow({ends}, {name!r}) → Dataflow({ends}, '')": "not stated: the names of flows are the learner's"
    for ends, name in _NAMED.items()
}
