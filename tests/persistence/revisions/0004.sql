-- What came with the sealed access log: a sealed row, the ends of chains, and what was seen.

INSERT INTO access_log (
    id, at, user_id, action, organisation_id, subject, detail, chain, number, seal
) VALUES
    (3, '2026-12-01 09:00:00', 1, 'registration.read', 3,
     '00000000-0000-0000-0000-000000000007', 'purpose=own', 1, 1,
     X'5353535353535353535353535353535353535353535353535353535353535353');

INSERT INTO access_log_head (chain, number, seal) VALUES
    (1, 1, X'5353535353535353535353535353535353535353535353535353535353535353');

INSERT INTO access_log_seen (id, municipality_id, kind, user_id, day, acts, seen_by, seen_at) VALUES
    (1, 2, 'night', 1, '2026-12-01', 3, 2, '2026-12-02 08:00:00');

INSERT INTO earlier_log_key (id, sealed_secret, replaced_at) VALUES
    (1, X'03ff', '2026-12-01 08:00:00');
