"""Commands of ``python -m pipelines``: one module a group, each with ``add_parser`` and ``run``."""
