"""What every page draws with: texts, numbers, theme, charts, tables and files to download."""
