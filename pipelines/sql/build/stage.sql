-- grain: one row a row of an input file, as read; the staging database that lives only during a build
-- the first of many words for a finding: a key that stands on thousands of rows is told by a few of them
CREATE OR REPLACE TEMP MACRO few(words, joint) AS
    array_to_string(list_sort(words)[:5], joint) || CASE WHEN len(words) > 5 THEN joint || '…' ELSE '' END;

CREATE TABLE stage.territory (
    input_id USMALLINT, sheet VARCHAR, cell VARCHAR,
    code VARCHAR, name VARCHAR, level VARCHAR, parent VARCHAR, type VARCHAR, settlement VARCHAR,
    latitude DOUBLE, longitude DOUBLE, opened INTEGER, closed INTEGER, merged_into VARCHAR,
    history_continues BOOLEAN, oktmo VARCHAR, login VARCHAR, note VARCHAR
);
CREATE TABLE stage.territory_name (input_id USMALLINT, code VARCHAR, name VARCHAR, from_year INTEGER, to_year INTEGER);
CREATE TABLE stage.observation (
    input_id USMALLINT, sheet VARCHAR, cell VARCHAR,
    indicator VARCHAR, territory VARCHAR, year INTEGER, period VARCHAR, subject VARCHAR, grade VARCHAR,
    numerator DOUBLE, denominator DOUBLE, percent DOUBLE, percent_digits INTEGER, value DOUBLE, unit VARCHAR,
    absence VARCHAR, flag VARCHAR, revised_from DOUBLE, place VARCHAR, note VARCHAR
);
CREATE TABLE stage.position (
    input_id USMALLINT, sheet VARCHAR, cell VARCHAR,
    mechanism VARCHAR, edition VARCHAR, territory VARCHAR, year INTEGER, position VARCHAR,
    points DOUBLE, maximum DOUBLE, self_points DOUBLE, evidence VARCHAR, date VARCHAR, absence VARCHAR
);
CREATE TABLE stage.mechanism_score (
    input_id USMALLINT, sheet VARCHAR, cell VARCHAR,
    mechanism VARCHAR, edition VARCHAR, territory VARCHAR, year INTEGER, percent DOUBLE, percent_digits INTEGER,
    points DOUBLE, maximum DOUBLE, absence VARCHAR, inferred VARCHAR, place VARCHAR, note VARCHAR
);
CREATE TABLE stage.trait (input_id USMALLINT, territory VARCHAR, year INTEGER, trait VARCHAR, value DOUBLE);
CREATE TABLE stage.distribution (
    input_id USMALLINT, sheet VARCHAR, cell VARCHAR,
    family VARCHAR, kind VARCHAR, territory VARCHAR, year INTEGER, subject VARCHAR, grade VARCHAR,
    lowest INTEGER, pupils INTEGER[], marks INTEGER[]
);
CREATE TABLE stage.boundary (input_id USMALLINT, code VARCHAR, geometry VARCHAR);
CREATE TABLE stage.document (input_id USMALLINT, document VARCHAR, title VARCHAR);
CREATE TABLE stage.document_field (
    input_id USMALLINT, document VARCHAR, ordinal USMALLINT, field VARCHAR, value VARCHAR
);
CREATE TABLE stage.document_table (
    input_id USMALLINT, document VARCHAR, ordinal USMALLINT, sheet VARCHAR, title VARCHAR, note VARCHAR, place VARCHAR
);
CREATE TABLE stage.document_cell (
    input_id USMALLINT, document VARCHAR, sheet VARCHAR, row_number UINTEGER, column_number USMALLINT,
    header VARCHAR, value VARCHAR, number DOUBLE, cell VARCHAR
);
