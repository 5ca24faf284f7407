"""Statistics of the comparison pages: pure functions over arrays, no files, no database, no interface.

One module a rule: ``intervals`` (2, 3, 7), ``verdicts`` with its ``sentences`` (4), ``funnel`` (5, 6), ``trend`` (7),
``classes`` (8, 9), ``rounding`` (10), ``similar`` (11), ``pairs`` (12), ``decomposition`` (14), ``chance`` (16),
``published`` (1). ``benchmarks`` says what verdicts compare with, ``inputs`` what every rule asks of counts.

Rules 2–8 speak of independent units only (pupils, teachers, organisations); whoever calls ``intervals`` or
``funnel`` directly must have asked that first, ``verdicts`` takes it as an argument.
"""
