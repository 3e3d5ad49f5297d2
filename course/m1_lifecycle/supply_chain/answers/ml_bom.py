"""Answers to `supply_chain.ml_bom`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

import hashlib

from packaging.utils import canonicalize_name

from autograder.exercise import Answers, Wrong


def _known(value):
    return "unknown" if value is None or value.strip() == "" else value


def by_steps(name, version, files, datasets, packages, known=_known):
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": []}
    component = {"type": "machine-learning-model", "name": name, "version": version, "components": []}
    component["bom-ref"] = name + "@" + version
    for path in sorted(files):
        hashes = [{"alg": "SHA-256", "content": hashlib.sha256(files[path]).hexdigest()}]
        component["components"].append({"name": path, "type": "file", "hashes": hashes})
    data = []
    for dataset in datasets:
        data.append(_dataset(dataset["name"], known(dataset.get("provenance"))))
    component["modelCard"] = {"modelParameters": {"datasets": data or [_dataset("unknown", "unknown")]}}
    for package, have in sorted(packages.items()):
        line = {"type": "library", "bom-ref": package, "name": package, "version": known(have)}
        bom["components"].append(line)
    bom["metadata"] = {"component": component}
    bom["dependencies"] = [{"ref": name + "@" + version, "dependsOn": sorted(packages)}]
    return bom


def _dataset(name, provenance):
    said = {"properties": [{"name": "provenance", "value": provenance}]}
    return {"type": "dataset", "name": name, "contents": said}


def _cards(bom):
    return bom["metadata"]["component"]["modelCard"]["modelParameters"]


def leaves_out_unknown_data(name, version, files, datasets, packages):
    return by_steps(
        name, version, files, [d for d in datasets if _known(d.get("provenance")) != "unknown"], packages
    )


def leaves_out_provenance(name, version, files, datasets, packages):
    bom = by_steps(name, version, files, datasets, packages)
    for dataset in _cards(bom)["datasets"]:
        if dataset["contents"]["properties"][0]["value"] == "unknown":
            del dataset["contents"]
    return bom


def leaves_out_unknown_versions(name, version, files, datasets, packages):
    return by_steps(name, version, files, datasets, {p: v for p, v in packages.items() if v})


def no_version_line(name, version, files, datasets, packages):
    bom = by_steps(name, version, files, datasets, packages)
    for component in bom["components"]:
        if component["version"] == "unknown":
            del component["version"]
    return bom


def no_data_no_list(name, version, files, datasets, packages):
    bom = by_steps(name, version, files, datasets, packages)
    if not datasets:
        _cards(bom)["datasets"] = []
    return bom


def blanks_are_known(name, version, files, datasets, packages):
    return by_steps(name, version, files, datasets, packages, lambda value: value or "unknown")


def none_only(name, version, files, datasets, packages):
    return by_steps(
        name, version, files, datasets, packages, lambda value: "unknown" if value is None else value
    )


def strips(name, version, files, datasets, packages):
    return by_steps(
        name, version, files, datasets, packages, lambda value: (value or "").strip() or "unknown"
    )


def sorts_data(name, version, files, datasets, packages):
    return by_steps(name, version, files, sorted(datasets, key=lambda d: d["name"]), packages)


def each_name_once(name, version, files, datasets, packages):
    return by_steps(name, version, files, list({d["name"]: d for d in datasets}.values()), packages)


def unsorted_packages(name, version, files, datasets, packages):
    bom = by_steps(name, version, files, datasets, packages)
    bom["components"].sort(key=lambda component: list(packages).index(component["name"]))
    return bom


def unsorted_files(name, version, files, datasets, packages):
    bom = by_steps(name, version, files, datasets, packages)
    bom["metadata"]["component"]["components"].sort(key=lambda file: list(files).index(file["name"]))
    return bom


def _ordered(key=None, reverse=False):
    def ml_bom(name, version, files, datasets, packages):
        bom = by_steps(name, version, files, datasets, packages)
        order = list(reversed(packages)) if reverse else sorted(packages, key=key)
        bom["components"].sort(key=lambda component: order.index(component["name"]))
        return bom

    return ml_bom


last_first = _ordered(reverse=True)
by_small_letters = _ordered(str.lower)
by_canonical_names = _ordered(canonicalize_name)


def needs_unsorted(name, version, files, datasets, packages):
    bom = by_steps(name, version, files, datasets, packages)
    bom["dependencies"][0]["dependsOn"] = list(packages)
    return bom


def first_bytes_only(name, version, files, datasets, packages):
    return by_steps(name, version, {path: files[path][:4096] for path in files}, datasets, packages)


def brackets(name, version, files, datasets, packages):
    return by_steps(name, version, files, [{**d, "provenance": d["provenance"]} for d in datasets], packages)


def versions_stripped(name, version, files, datasets, packages):
    return by_steps(name, version, files, datasets, {p: v and v.strip() for p, v in packages.items()})


def the_models_version_too(name, version, files, datasets, packages):
    return by_steps(name, _known(version), files, datasets, packages)


def words_for_nothing(name, version, files, datasets, packages):
    def known(value):
        return "unknown" if value in ("None", "n/a", "-") else _known(value)

    return by_steps(name, version, files, datasets, packages, known)


def spaces_only(name, version, files, datasets, packages):
    def known(value):
        return "unknown" if value is None or not value.strip(" \t") else value

    return by_steps(name, version, files, datasets, packages, known)


def no_dependencies(name, version, files, datasets, packages):
    return {**by_steps(name, version, files, datasets, packages), "dependencies": []}


def another_type(name, version, files, datasets, packages):
    bom = by_steps(name, version, files, datasets, packages)
    bom["metadata"]["component"]["type"] = "library"
    return bom


def serial_number(name, version, files, datasets, packages):
    number = "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"
    return {**by_steps(name, version, files, datasets, packages), "serialNumber": number}


def first_file_only(name, version, files, datasets, packages):
    return by_steps(name, version, dict(sorted(files.items())[:1]), datasets, packages)


ANSWERS = Answers(
    right=[by_steps],
    wrong=[
        Wrong(leaves_out_unknown_data, "unknown", "nothing to report"),
        Wrong(leaves_out_provenance, "unknown", "nothing to report"),
        Wrong(leaves_out_unknown_versions, "unknown", "nothing to report"),
        Wrong(no_version_line, "unknown", "nothing to report"),
        Wrong(no_data_no_list, "unknown", "When nobody names a data set"),
        Wrong(blanks_are_known, "unknown", "Only blanks say nothing"),
        Wrong(none_only, "unknown", "nothing to report"),
        Wrong(strips, "data", "the model card"),
        Wrong(sorts_data, "data", "stay in their order"),
        Wrong(each_name_once, "data", "the model card"),
        Wrong(unsorted_packages, "packages", "Sort files and packages"),
        Wrong(unsorted_files, "model", "Sort files and packages"),
        Wrong(last_first, "packages", "Sort files and packages"),
        Wrong(by_small_letters, "packages", "Sort files and packages"),
        Wrong(by_canonical_names, "packages", "Sort files and packages"),
        Wrong(needs_unsorted, "packages", "list of dependencies"),
        Wrong(first_bytes_only, "model", "hashes[0].content"),
        Wrong(brackets, "unknown", "read it with .get"),
        Wrong(versions_stripped, "packages", "the packages at [0].version"),
        Wrong(the_models_version_too, "model", "the component's version"),
        Wrong(words_for_nothing, "data", "the model card at"),
        Wrong(spaces_only, "unknown", "Only blanks say nothing"),
        Wrong(no_dependencies, "packages", "list of dependencies"),
        Wrong(another_type, "model", "the component's type"),
        Wrong(serial_number, "model", "list of keys in the BOM"),
        Wrong(first_file_only, "model", "the files"),
    ],
)
