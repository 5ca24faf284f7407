"""Chart templates: each turns a query frame into a :class:`~pages.shared.templates.base.Picture`.

A template is authored once in Altair with named data and kept as a dict; drawing it again only fills in the
rows. Whatever of a chart depends on the data and is not a row (which years stand on an axis) is a Vega-Lite
parameter, so the dict itself never changes.
"""
