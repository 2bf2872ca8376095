-- A series by the codes of one year with the rest in it, and one of shares by each year's own.

INSERT INTO context_series (id, title, source, unit, borders_of, imported_at) VALUES
    ('tsb-episodes', 'Episoder', 'Lokal plan', 'episoder', 2016, '2026-11-01 08:00:00'),
    ('waiting', 'Ventet for lenge', 'Norsk pasientregister', 'pasienter', NULL,
     '2026-11-01 08:00:00');

INSERT INTO context_value (series_id, year, code, value, denominator) VALUES
    ('tsb-episodes', 2011, '1103', 11934, NULL),
    ('tsb-episodes', 2011, 'rest', 390, NULL),
    ('waiting', 2020, '1103', 12, 40);
