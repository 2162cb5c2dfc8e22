-- SPDX-License-Identifier: Apache-2.0
--
-- What the plugin events-postgres keeps. No foreign keys: events outlive whom they are about. Ids are ULIDs of the moment, so that
-- their order is that of time. details is json and not jsonb: written once, read as it is.
CREATE TABLE latchkey_events (
    latchkey_event_id uuid        NOT NULL,
    at                timestamptz NOT NULL,
    name              text        NOT NULL,
    user_id           uuid,
    ip                inet,
    details           json        NOT NULL,
    CONSTRAINT latchkey_events_pkey PRIMARY KEY (latchkey_event_id)
);
CREATE INDEX latchkey_events_user_idx ON latchkey_events (user_id, latchkey_event_id) WHERE user_id IS NOT NULL;
CREATE INDEX latchkey_events_name_idx ON latchkey_events (name, latchkey_event_id);
CREATE INDEX latchkey_events_ip_idx ON latchkey_events (ip, latchkey_event_id) WHERE ip IS NOT NULL;
