"""The interactive pictures, each with its static twin.

A picture is one module in its lesson's folder, and its form never varies. The module `poison_dial` has

    poison_dial()   the widget, named as the module: controls, a picture and a line of text
    twin()          the same insight as pictures and tables that need no kernel, mouse or colour
    measure(...)    where the data is precomputed: how; `python -m course.m3_attacks.poisoning.poison_dial`
                    runs it and writes `poison_dial.json` beside the module

What the pictures share: `drawing` is the frame, `chart` draws lines in it, `panel` joins controls to
a drawing, `twin` is a static page, `measured` keeps the data. `aisec preview
poisoning.poison_dial` writes a picture, its ends and its twin to a page that a browser opens.
"""
