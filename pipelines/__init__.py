"""Data pipeline of the dashboard: files → readers → checks → staged tables → snapshot → queries.

Nothing here knows of Streamlit or of charts; the pages call :mod:`pipelines.queries` and see data frames.
"""
