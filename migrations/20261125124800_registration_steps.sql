-- SPDX-License-Identifier: Apache-2.0
--
-- The steps of a registration that plugins bring (domain/user/registration_step.h), once they are taken. Rows go with the registration.
CREATE TABLE latchkey_registration_steps (
    user_registration_id uuid        NOT NULL,
    step                 text        NOT NULL,
    taken_at             timestamptz NOT NULL,
    CONSTRAINT latchkey_registration_steps_pkey PRIMARY KEY (user_registration_id, step),
    CONSTRAINT latchkey_registration_steps_registration_fkey
        FOREIGN KEY (user_registration_id) REFERENCES user_registrations (user_registration_id) ON DELETE CASCADE
);
