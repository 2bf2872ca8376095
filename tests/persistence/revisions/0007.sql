-- What came with sign-in at a provider: a link, and an account that has no password.

INSERT INTO user_account (id, email, name, password_hash, language, active) VALUES
    (3, 'c@eksempel.no', 'Nina Ny', '!', 'nb', TRUE);

INSERT INTO provider_link (issuer, subject_digest, user_id, linked_at) VALUES
    ('https://ansattporten.example',
     X'0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d', 3,
     '2026-12-01 08:00:00');
