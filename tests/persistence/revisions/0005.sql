-- What came with legal bases and the person's rights.

INSERT INTO unit_service (unit_id, kind, stated_by, stated_at) VALUES
    (3, 'other_health', 2, '2026-11-01 08:00:00');

INSERT INTO legal_basis (
    id, unit_id, ground, reference, valid_from, valid_until, recorded_by, recorded_at,
    withdrawn_by, withdrawn_at
) VALUES
    (1, 3, 'health_care_3_1', '2026/1', '2026-11-01 08:00:00', '2027-11-01 08:00:00', 2,
     '2026-11-01 08:00:00', 2, '2026-11-02 08:00:00'),
    (2, 3, 'health_care_3_1', '2026/2', '2026-11-02 08:00:00', NULL, 2, '2026-11-02 08:00:00',
     NULL, NULL);

INSERT INTO round_retention (round_id, purge_on, set_by, set_at) VALUES
    (1, '2027-01-10', 2, '2026-12-01 08:00:00');

INSERT INTO deletion_receipt (
    id, kind, municipality_id, round_id, purpose, by_user_id, at, registrations, changes,
    kept_versions, queries, opt_outs
) VALUES
    ('0000000000000000000000000000000d', 'erasure', 2, NULL, 'person_asked', 2,
     '2026-12-01 08:00:00', 1, 2, 0, 0, 1),
    ('0000000000000000000000000000000e', 'purge', NULL, 1, NULL, NULL,
     '2026-12-01 08:00:00', 1, 2, 0, 0, 1);
