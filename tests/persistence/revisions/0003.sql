-- What came with keys that are replaced: changed numbers, and what links two transfer keys.

INSERT INTO pseudonym_key (id, purpose, organisation_id, wrapped, created_at, retired_at) VALUES
    ('old_transfer', 'transfer', 1, X'04ff10', '2025-11-01 08:00:00', '2026-11-01 08:00:00');

INSERT INTO number_change (
    id, municipality_id, earlier_municipal_pseudonym, earlier_municipal_key_id,
    municipal_pseudonym, municipal_key_id, recorded_by, recorded_at
) VALUES
    (1, 2, X'6565656565656565656565656565656565656565656565656565656565656565', 'old',
     X'7070707070707070707070707070707070707070707070707070707070707070', 'municipality',
     1, '2026-12-01 08:00:00');

INSERT INTO transfer_link (
    id, round_id, registration_id, number_change_id, earlier_transfer_pseudonym,
    earlier_transfer_key_id, transfer_pseudonym, transfer_key_id
) VALUES
    (1, 2, NULL, 1, X'7373737373737373737373737373737373737373737373737373737373737373',
     'old_transfer', X'7474747474747474747474747474747474747474747474747474747474747474',
     'transfer'),
    (2, 2, '00000000000000000000000000000007', NULL,
     X'7373737373737373737373737373737373737373737373737373737373737373', 'old_transfer',
     X'7474747474747474747474747474747474747474747474747474747474747474', 'transfer');
