-- grain: one row an input file of the snapshot
SELECT file, collection, kind, rows, sha256 FROM input ORDER BY input_id
