-- grain: one table a comment below; the tables of a snapshot, with the constraints that a bad build cannot pass

-- one row a fact about the snapshot itself (id, created, fingerprint, schema …)
CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);

-- one row a file of the catalogue that the snapshot was built with
CREATE TABLE catalogue_file (path VARCHAR PRIMARY KEY, text VARCHAR NOT NULL);

-- one row an input file
CREATE TABLE input (
    input_id USMALLINT PRIMARY KEY,
    collection VARCHAR NOT NULL CHECK (collection IN ('sources', 'demo', 'own')),
    file VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    rows UBIGINT NOT NULL
);

-- one row a finding of the checks (several offending rows may be one finding with a count)
CREATE TABLE finding (
    grade VARCHAR NOT NULL CHECK (grade IN ('error', 'warning', 'note')),
    file VARCHAR, sheet VARCHAR, cell VARCHAR,
    rule VARCHAR NOT NULL, count UBIGINT NOT NULL, seen VARCHAR, expected VARCHAR, message VARCHAR NOT NULL
);

-- one row a territory or organisation; region_id and district_id point at the unit itself on its own level
CREATE TABLE territory (
    territory_id UINTEGER PRIMARY KEY,
    collection VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    level UTINYINT NOT NULL CHECK (level BETWEEN 1 AND 3),
    parent_id UINTEGER,
    region_id UINTEGER NOT NULL,
    district_id UINTEGER,
    type VARCHAR, settlement VARCHAR,
    latitude DOUBLE, longitude DOUBLE,
    opened INTEGER, closed INTEGER, merged_into VARCHAR, history_continues BOOLEAN,
    oktmo VARCHAR, login VARCHAR, note VARCHAR,
    UNIQUE (collection, code),
    CHECK ((level = 1) = (parent_id IS NULL))
);

-- one row a name that a territory bore, with its years
CREATE TABLE territory_name (territory_id UINTEGER NOT NULL, name VARCHAR NOT NULL, from_year INTEGER, to_year INTEGER);

-- one row a territory, year and context trait; no value means missing
CREATE TABLE trait (territory_id UINTEGER NOT NULL, year USMALLINT NOT NULL, trait VARCHAR NOT NULL, value DOUBLE);

-- one row a school, year and place in its set of similar schools (rule 11), frozen with the snapshot
CREATE TABLE peer (
    territory_id UINTEGER NOT NULL, year USMALLINT NOT NULL, rank UTINYINT NOT NULL, peer_id UINTEGER NOT NULL,
    distance DOUBLE NOT NULL CHECK (distance >= 0), CHECK (peer_id <> territory_id)
);

-- one row a boundary polygon
CREATE TABLE boundary (territory_id UINTEGER PRIMARY KEY, geometry VARCHAR NOT NULL);

-- one row an indicator of the catalogue
CREATE TABLE indicator (
    indicator_id USMALLINT PRIMARY KEY,
    code VARCHAR UNIQUE NOT NULL, mechanism VARCHAR NOT NULL, family VARCHAR NOT NULL,
    unit VARCHAR NOT NULL, unit_name VARCHAR NOT NULL, period VARCHAR NOT NULL, aggregation VARCHAR NOT NULL,
    base_level UTINYINT NOT NULL, person BOOLEAN NOT NULL, minimum_n UINTEGER NOT NULL
);

-- one row an indicator and a type of organisation that it applies to
CREATE TABLE indicator_type (indicator_id USMALLINT NOT NULL, type VARCHAR NOT NULL, PRIMARY KEY (indicator_id, type));

-- one row a combination of subject and class
CREATE TABLE slice (slice_id USMALLINT PRIMARY KEY, subject VARCHAR, grade VARCHAR);

-- one row an indicator, slice, territory and year: what was reported, published or computed from below
CREATE TABLE figure (
    region_id UINTEGER NOT NULL,
    indicator_id USMALLINT NOT NULL,
    slice_id USMALLINT NOT NULL,
    level UTINYINT NOT NULL,
    year USMALLINT NOT NULL CHECK (year BETWEEN 1990 AND 2100),
    territory_id UINTEGER NOT NULL,
    period VARCHAR NOT NULL,
    numerator DOUBLE CHECK (numerator >= 0),
    denominator DOUBLE CHECK (denominator >= 0),
    percent DOUBLE CHECK (percent BETWEEN 0 AND 100),
    percent_digits UTINYINT,
    value DOUBLE,
    unit VARCHAR,
    absence VARCHAR CHECK (absence IN ('not_reported', 'not_published', 'not_collected', 'not_applicable')),
    flag VARCHAR CHECK (flag IN ('rounds_to_zero', 'low_reliability')),
    basis VARCHAR NOT NULL CHECK (basis IN ('direct', 'published', 'computed')),
    coverage_reported UINTEGER, coverage_total UINTEGER,
    revised_from DOUBLE,
    hidden BOOLEAN NOT NULL,
    input_id USMALLINT, sheet VARCHAR, cell VARCHAR, place VARCHAR, note VARCHAR,
    CHECK (numerator <= denominator),
    CHECK ((absence IS NULL) = (coalesce(numerator, percent, value) IS NOT NULL))
);

-- one row a work (the family of its indicators), kind, school, slice and year: how many pupils have each score from the
-- lowest up, and the mark that each score was given; of a distribution that must not be shown only the row stays
CREATE TABLE distribution (
    territory_id UINTEGER NOT NULL,
    family VARCHAR NOT NULL, kind VARCHAR NOT NULL CHECK (kind IN ('score', 'mark')),
    slice_id USMALLINT NOT NULL, year USMALLINT NOT NULL CHECK (year BETWEEN 1990 AND 2100),
    lowest USMALLINT NOT NULL, pupils UINTEGER[], marks UTINYINT[],
    hidden BOOLEAN NOT NULL,
    input_id USMALLINT, sheet VARCHAR, cell VARCHAR,
    CHECK (hidden = (pupils IS NULL)), CHECK (marks IS NULL OR len(marks) = len(pupils)),
    PRIMARY KEY (territory_id, family, kind, slice_id, year)
);

-- one row a region, indicator, slice, level and year: how many units have a row, and how many may be shown
CREATE TABLE coverage (
    region_id UINTEGER NOT NULL, indicator_id USMALLINT NOT NULL, slice_id USMALLINT NOT NULL, level UTINYINT NOT NULL,
    year USMALLINT NOT NULL, period VARCHAR NOT NULL, units UINTEGER NOT NULL, shown_units UINTEGER NOT NULL
);

-- one row a position, territory and year that was scored, or not, with the reason
CREATE TABLE position_score (
    mechanism VARCHAR NOT NULL, edition VARCHAR NOT NULL, territory_id UINTEGER NOT NULL, year USMALLINT NOT NULL,
    position VARCHAR NOT NULL, points DOUBLE CHECK (points >= 0), maximum DOUBLE NOT NULL CHECK (maximum > 0),
    self_points DOUBLE, evidence VARCHAR, date VARCHAR, absence VARCHAR, input_id USMALLINT, sheet VARCHAR, cell VARCHAR,
    CHECK (points <= maximum), CHECK ((absence IS NULL) = (points IS NOT NULL)),
    PRIMARY KEY (territory_id, year, position)
);

-- one row a mechanism, edition, territory and year: the published per cent, or the points that were scored
CREATE TABLE mechanism_figure (
    mechanism VARCHAR NOT NULL, edition VARCHAR NOT NULL, territory_id UINTEGER NOT NULL, year USMALLINT NOT NULL,
    points DOUBLE, maximum DOUBLE, percent DOUBLE CHECK (percent BETWEEN 0 AND 100), percent_digits UTINYINT,
    absence VARCHAR, basis VARCHAR NOT NULL CHECK (basis IN ('published', 'points')),
    positions UINTEGER, inferred VARCHAR, input_id USMALLINT, sheet VARCHAR, cell VARCHAR, place VARCHAR, note VARCHAR,
    CHECK ((absence IS NULL) = (coalesce(points, percent) IS NOT NULL)),
    PRIMARY KEY (mechanism, edition, territory_id, year)
);

-- one row a document of the sources
CREATE TABLE document (document VARCHAR PRIMARY KEY, title VARCHAR NOT NULL, input_id USMALLINT NOT NULL);

-- one row a field of a document's passport
CREATE TABLE document_field (document VARCHAR NOT NULL, ordinal USMALLINT NOT NULL, field VARCHAR NOT NULL, value VARCHAR);

-- one row a table (sheet) of a document
CREATE TABLE document_table (
    document VARCHAR NOT NULL, ordinal USMALLINT NOT NULL, sheet VARCHAR NOT NULL,
    title VARCHAR NOT NULL, note VARCHAR, place VARCHAR, PRIMARY KEY (document, sheet)
);

-- one row a cell of a document's table, headers excluded
CREATE TABLE document_cell (
    document VARCHAR NOT NULL, sheet VARCHAR NOT NULL, row_number UINTEGER NOT NULL, column_number USMALLINT NOT NULL,
    header VARCHAR NOT NULL, value VARCHAR, number DOUBLE, cell VARCHAR NOT NULL
);
