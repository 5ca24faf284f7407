"""Comparison over a snapshot: verdicts of whole tables, peers, causes and trends, as frames for pages and commands.

``verdicts`` adds the words of the one verdict function to a frame of ``queries.figures``; ``benchmarks`` finds what
each row is compared with; ``sets`` freezes similar schools when a snapshot is built and ``similar`` asks about them.
Nothing here decides by itself: the rules are ``pipelines.statistics``, and what may be shown was decided when the
snapshot was built (``pipelines.suppression``). This file imports nothing, so that a build need not load scipy.
"""
