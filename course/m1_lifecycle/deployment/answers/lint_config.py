"""Answers to `deployment.lint_config`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from autograder.exercise import Answers, Wrong

DEFAULTS = {
    "debug": False,
    "host": "0.0.0.0",
    "auth": "none",
    "tls_min": "1.0",
    "output": "probabilities",
    "admin_api": True,
    "rate_limit": None,
}


def lint_one_by_one(config):
    """With get instead of a merged dict, and the networks of loopback instead of is_loopback."""
    auth = config.get("auth", "none")
    host = ip_address(config.get("host", "0.0.0.0"))
    loopback = host in ip_network("127.0.0.0/8") or host == ip_address("::1")
    broken = ["debug"] if config.get("debug", False) else []
    broken += ["open"] if auth == "none" and not loopback else []
    broken += ["tls"] if float(config.get("tls_min", "1.0") or 0) < 1.2 else []
    if auth in ("none", "optional"):
        broken += ["probabilities"] if config.get("output") != "label" else []
        broken += ["admin"] if config.get("admin_api", True) else []
    return broken + (["limit"] if config.get("rate_limit", 0) in (None, 0) else [])


def lint_nothing(config):
    return []


def lint_everything(config):
    return ["debug", "open", "tls", "probabilities", "admin", "limit"]


def _lint(
    config, *, merged=None, loopback=None, tls=("1.2", "1.3"), known=("required",), limit=None, order=None
):
    settings = {**DEFAULTS, **config} if merged is None else merged
    known = settings["auth"] in known
    inside = ip_address(settings["host"]).is_loopback if loopback is None else loopback(settings["host"])
    broken = {
        "debug": settings["debug"],
        "open": settings["auth"] == "none" and not inside,
        "tls": settings["tls_min"] not in tls,
        "probabilities": settings["output"] == "probabilities" and not known,
        "admin": settings["admin_api"] and not known,
        "limit": not settings["rate_limit"] if limit is None else limit(settings["rate_limit"]),
    }
    return [rule for rule in order or broken if broken[rule]]


def lint_the_file_only(config):
    clean = {"debug": False, "host": "127.0.0.1", "auth": "required", "tls_min": "1.2"}
    clean |= {"output": "label", "admin_api": False, "rate_limit": 600}
    return _lint(config, merged={**clean, **config})


def lint_with_or(config):
    return _lint(config, merged={key: config.get(key) or value for key, value in DEFAULTS.items()})


def lint_all_addresses_only(config):
    return _lint(config, loopback=lambda host: host not in ("0.0.0.0", "::"))


def lint_ipv4_only(config):
    return _lint(config, loopback=lambda host: host != "0.0.0.0")


def lint_one_loopback(config):
    return _lint(config, loopback=lambda host: host in ("127.0.0.1", "::1"))


def lint_loopback_by_text(config):
    return _lint(config, loopback=lambda host: "127." in host or host == "::1")


def lint_loopback_by_prefix(config):
    return _lint(config, loopback=lambda host: host.startswith("127.") or host == "::1")


def lint_some_of_loopback(config):
    return _lint(
        config,
        loopback=lambda host: (
            host.startswith(("127.0.", "127.8.", "127.2")) or ip_address(host) == ip_address("::1")
        ),
    )


def lint_what_is_private(config):
    return _lint(config, loopback=lambda host: ip_address(host).is_link_local or ip_address(host).is_loopback)


def lint_any_host(config):
    return _lint(config, loopback=lambda host: False)


def lint_tls_above(config):
    return _lint(config, tls=("1.3",))


def lint_without_http(config):
    return _lint(config, tls=("1.2", "1.3", None))


def lint_tls_from_11(config):
    return _lint(config, tls=("1.1", "1.2", "1.3"))


def lint_optional_is_known(config):
    return _lint(config, known=("required", "optional"))


def lint_nobody_is_known(config):
    return _lint(config, known=())


def lint_limit_none_only(config):
    return _lint(config, limit=lambda limit: limit is None)


def lint_limit_of_one(config):
    return _lint(config, limit=lambda limit: not limit or limit <= 1)


def lint_sorted(config):
    return sorted(_lint(config))


def lint_as_a_tuple(config):
    return tuple(_lint(config))


def lint_in_config_order(config):
    return _lint(config, order=["admin", "debug", "limit", "open", "probabilities", "tls"])


def lint_in_place(config):
    for key, value in DEFAULTS.items():
        config.setdefault(key, value)
    return _lint(config)


kept = dict(DEFAULTS)


def lint_into_defaults(config):
    """Writes what one config says over the defaults of the next."""
    kept.update(config)
    return _lint(config, merged=kept)


def lint_any_debug(config):
    found = _lint(config)
    return (
        found
        if "debug" in found or not any("debug" in key.lower() and config[key] for key in config)
        else [
            "debug",
            *found,
        ]
    )


ANSWERS = Answers(
    right=[lint_one_by_one],
    wrong=[
        Wrong(lint_nothing, "open", "is missing"),
        Wrong(lint_everything, "debug", "a false alarm"),
        Wrong(lint_the_file_only, "open", "has its default"),
        Wrong(lint_with_or, "admin", "What config states wins"),
        Wrong(lint_all_addresses_only, "open", "not only 0.0.0.0"),
        Wrong(lint_ipv4_only, "open", "not only 0.0.0.0"),
        Wrong(lint_one_loopback, "open", "127.0.0.0/8"),
        Wrong(lint_loopback_by_text, "open", "not only 0.0.0.0"),
        Wrong(lint_loopback_by_prefix, "open", "127.0.0.0/8"),
        Wrong(lint_some_of_loopback, "open", "a false alarm"),
        Wrong(lint_what_is_private, "open", "not only 0.0.0.0"),
        Wrong(lint_any_host, "open", "127.0.0.0/8"),
        Wrong(lint_tls_above, "tls", "1.2 itself is allowed"),
        Wrong(lint_without_http, "tls", "plain HTTP"),
        Wrong(lint_tls_from_11, "tls", "is missing"),
        Wrong(lint_optional_is_known, "admin", "still get an answer"),
        Wrong(lint_nobody_is_known, "probabilities", "a false alarm"),
        Wrong(lint_limit_none_only, "limit", "0 means no limit"),
        Wrong(lint_limit_of_one, "limit", "above 0 is a limit"),
        Wrong(lint_sorted, "lists", "that of the table"),
        Wrong(lint_in_config_order, "lists", "that of the table"),
        Wrong(lint_as_a_tuple, "lists", "not a set or a tuple"),
        Wrong(lint_in_place, "lists", "changed the config"),
        Wrong(
            lint_into_defaults,
            "lists",
            "The list is not right",
            also=("A setting that is missing has its default: look at DEFAULTS | config.",),
        ),
        Wrong(lint_any_debug, "lists", "The list is not right"),
    ],
)
