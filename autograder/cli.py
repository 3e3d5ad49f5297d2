"""The `aisec` command."""


def main() -> None:
    raise SystemExit("under construction")
