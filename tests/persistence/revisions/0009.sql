-- What came with the first way in: an invitation that no account made.

INSERT INTO invitation (
    id, email, organisation_id, role, token_digest, invited_by, invited_at, expires_at,
    accepted_at, accepted_by, withdrawn_at
) VALUES
    ('00000000000000000000000000000011', 'e@eksempel.no', 2, 'coordinator',
     X'6565656565656565656565656565656565656565656565656565656565656565', NULL,
     '2026-12-01 08:00:00', '2026-12-15 23:00:00', NULL, NULL, NULL);

-- before going back

DELETE FROM invitation WHERE invited_by IS NULL;
