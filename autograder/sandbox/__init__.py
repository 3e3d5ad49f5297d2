"""Where a learner's code runs: in a process that can read, reach and use next to nothing.

    tiers      how far this machine can contain, and what it lacks
    sandbox    what the grader calls: a nursery, a warm process of it, and contained forks of that
    nursery    nursery and warm process; control is what they and the sandbox say to each other
    contain    the layers, in order; root, landlock, seccomp and kernel are what they are made of
    view       what a learner's process may read
    watch      what all the processes of a learner use together
    doctor     the layers that hold on this machine, proved by the attacks in probes

Importing this package imports none of them: the learner's side of the course runs on any system.
"""
