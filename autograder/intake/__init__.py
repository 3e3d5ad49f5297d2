"""Zips and folders from people and learning platforms → `submitted/<student>/<lesson>/<lesson>.ipynb`.

`collect` does it; nothing here trusts a name, a size or a time that a learner chose.
"""
