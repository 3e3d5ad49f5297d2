"""What may cross between the learner's process and ours: data by value, everything else by reference.

    our process                                   the learner's process
    ───────────                                   ─────────────────────
    check ── Proxy ── Link ── codec ══ frames ══ codec ── Agent ── learner's objects
                                                          └────── Shell (runs the cells)

`codec` turns plain data into bytes and back, and never runs code on our side. `agent` answers for the
learner's objects; it runs where the learner's code runs and is trusted with nothing. `proxy` stands for
those objects on our side and compares nothing by itself. `local` joins both ends inside one process, so
that a check in a learner's kernel behaves as it does in grading.
"""
