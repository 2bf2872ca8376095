-- A year that is released and one that is open, as the first tables hold them.

INSERT INTO organisation (id, kind, code, name, language, parent_id) VALUES
    (1, 'nation', 'norge', 'Norge', 'nb', NULL),
    (2, 'municipality', '1103', 'Stavanger', 'nb', 1),
    (3, 'unit', 'rus', 'Rus og psykisk helse', 'nn', 2);

INSERT INTO user_account (id, email, name, password_hash, language, active) VALUES
    (1, 'a@eksempel.no', 'Anne Ås', 'no hash', 'nb', TRUE),
    (2, 'b@eksempel.no', 'Bo Čuđi', 'no hash', 'nn', FALSE);

INSERT INTO membership (user_id, organisation_id, role, granted_by, granted_at) VALUES
    (1, 3, 'registrar', 2, '2026-11-01 08:00:00'),
    (2, 2, 'coordinator', NULL, '2026-10-01 08:00:00');

INSERT INTO pseudonym_key (id, purpose, organisation_id, wrapped, created_at, retired_at) VALUES
    ('old', 'municipality', 2, X'00ff10', '2025-11-01 08:00:00', '2026-11-01 08:00:00'),
    ('municipality', 'municipality', 2, X'01ff10', '2026-11-01 08:00:00', NULL),
    ('transfer', 'transfer', 1, X'02ff10', '2026-11-01 08:00:00', NULL),
    ('trust', 'trust', 1, X'03ff10', '2026-11-01 08:00:00', NULL);

INSERT INTO mapping_round (
    id, year, edition, owner_organisation_id, state, synthetic, opens_on, deadline,
    frozen_by, frozen_at, released_at
) VALUES
    (1, 2025, '2015', 1, 'released', FALSE, '2025-11-01', '2025-12-15',
     2, '2026-01-10 08:00:00', '2026-02-10 08:00:00'),
    (2, 2026, '2026', 1, 'open', FALSE, '2026-11-01', '2026-12-15', NULL, NULL, NULL);

INSERT INTO round_municipality (
    round_id, municipality_id, takes_part, inclusion_rule, mental_only_included,
    milder_included, state, approved_by, approved_at
) VALUES
    (1, 2, TRUE, 'at_registration', TRUE, TRUE, 'approved', 2, '2025-12-20 08:00:00'),
    (2, 2, TRUE, 'last_12_months', TRUE, FALSE, 'open', NULL, NULL);

INSERT INTO round_optional_variable (round_id, municipality_id, variable) VALUES
    (2, 2, 'born_abroad');

INSERT INTO round_unit (round_id, unit_id, expected, state, submitted_by, submitted_at) VALUES
    (1, 3, 1, 'submitted', 1, '2025-12-19 08:00:00'),
    (2, 3, 4, 'open', NULL, NULL);

INSERT INTO registration (
    id, round_id, unit_id, municipality_id, municipal_pseudonym, municipal_key_id,
    transfer_pseudonym, transfer_key_id, case_label, state, version, created_by, created_at,
    updated_by, updated_at, submitted_by, submitted_at, confirmed_soft, answered, asked,
    birth_year, gender, district, substance_problem, mental_problem, born_abroad,
    intellectual_disability, first_year_known, housing, work_activity, economy, physical_health,
    mental_health, substance_use, social_functioning, network, housing_situation, main_activity,
    main_income, partner, substances__alcohol, substances__cannabis,
    substances__central_stimulants, substances__heroin, substances__other_opioids,
    substances__illegal_lar_medicines, substances__other_medicines, substances__ghb,
    substances__hallucinogens_nps, substances__solvents, substances__anabolic_steroids,
    substances__other, main_substance, injecting, overdose_last_year, lar, lar_follow_up,
    gambling_problem, children_under_18, daily_care, contact, child_welfare_involved,
    child_followed_up, concern_reported, violence_exposed, violence_exposes_others, service_gp,
    service_home_help, service_support_contact, service_nursing_care, service_low_threshold,
    service_municipal_follow_up, service_housing_follow_up, service_activity,
    service_nav_social_assistance, service_nav_work_measures, service_financial_counselling,
    service_education, service_child_welfare, service_health_centre, service_aftercare,
    service_outreach, service_ips, service_tsb_outpatient, service_tsb_day,
    service_tsb_inpatient, service_detoxification, service_lar, service_mental_outpatient,
    service_mental_day, service_mental_inpatient, service_ambulatory_team, service_act_fact,
    service_somatic_assessment, service_somatic_hospital, service_involuntary, individual_plan,
    coordinator, responsibility_group, crisis_plan, action_plan, plan_after_discharge,
    cooperation_level, user_took_part
) VALUES (
    '00000000000000000000000000000007', 2, 3, 2,
    X'7070707070707070707070707070707070707070707070707070707070707070', 'municipality',
    X'7474747474747474747474747474747474747474747474747474747474747474', 'transfer', 'S-1',
    'submitted', 3, 1, '2026-12-01 08:00:00', 1, '2026-12-01 08:05:00', 1,
    '2026-12-01 08:05:00', 'housing_red:situation', 70, 70, 1980, 1, 1, 1, 1, 1, 1, 2010, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, TRUE, FALSE, FALSE, FALSE, TRUE, TRUE, TRUE, TRUE, TRUE, FALSE, TRUE,
    TRUE, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
);

INSERT INTO frozen_registration (
    id, round_id, municipality_code, trust_pseudonym, trust_key_id, birth_year, gender,
    district, substance_problem, mental_problem, born_abroad, intellectual_disability,
    first_year_known, housing, work_activity, economy, physical_health, mental_health,
    substance_use, social_functioning, network, housing_situation, main_activity, main_income,
    partner, substances__alcohol, substances__cannabis, substances__central_stimulants,
    substances__heroin, substances__other_opioids, substances__illegal_lar_medicines,
    substances__other_medicines, substances__ghb, substances__hallucinogens_nps,
    substances__solvents, substances__anabolic_steroids, substances__other, main_substance,
    injecting, overdose_last_year, lar, lar_follow_up, gambling_problem, children_under_18,
    daily_care, contact, child_welfare_involved, child_followed_up, concern_reported,
    violence_exposed, violence_exposes_others, service_gp, service_home_help,
    service_support_contact, service_nursing_care, service_low_threshold,
    service_municipal_follow_up, service_housing_follow_up, service_activity,
    service_nav_social_assistance, service_nav_work_measures, service_financial_counselling,
    service_education, service_child_welfare, service_health_centre, service_aftercare,
    service_outreach, service_ips, service_tsb_outpatient, service_tsb_day,
    service_tsb_inpatient, service_detoxification, service_lar, service_mental_outpatient,
    service_mental_day, service_mental_inpatient, service_ambulatory_team, service_act_fact,
    service_somatic_assessment, service_somatic_hospital, service_involuntary, individual_plan,
    coordinator, responsibility_group, crisis_plan, action_plan, plan_after_discharge,
    cooperation_level, user_took_part
) VALUES (
    '00000000000000000000000000000008', 1, '1103',
    X'7575757575757575757575757575757575757575757575757575757575757575', 'trust', 1980, 1, 1, 1,
    1, 1, 1, 2010, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, TRUE, FALSE, FALSE, FALSE, TRUE, TRUE,
    TRUE, TRUE, TRUE, FALSE, TRUE, TRUE, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1
);

INSERT INTO release (
    id, round_id, year, state, built_by, built_at, published_by, published_at,
    policy_digest, digest
) VALUES
    (1, 1, 2025, 'published', 2, '2026-01-20 08:00:00', 1, '2026-02-10 08:00:00',
     'policy', 'digest');

INSERT INTO released_area (release_id, level, area, digest) VALUES
    (1, 'municipality', '1103', 'digest');

INSERT INTO released_cell (
    release_id, level, area, table_id, population, year, category, status, count
) VALUES
    (1, 'municipality', '1103', 'gender', 'all', 2025, 'female', 'published', 31),
    (1, 'municipality', '1103', 'gender', 'all', 2025, 'other', 'primary', NULL);

INSERT INTO access_log (id, at, user_id, action, organisation_id, subject, detail) VALUES
    (1, '2026-12-01 08:00:00', 1, 'registration.started', 3,
     '00000000-0000-0000-0000-000000000007', ''),
    (2, '2026-12-01 08:05:00', NULL, 'round.opened', 1, '2', 'municipalities=1');
