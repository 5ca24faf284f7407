"""The pages: each draws answers of :mod:`pipelines.queries`; none of them decides a rule or writes SQL."""
