-- Who is signed in where. A cookie names its row here, and opens nothing once the session has ended.
CREATE TABLE shift_reminders.sessions (
  id                uuid PRIMARY KEY,
  -- Of the secret in the cookie: whoever reads this table cannot make a cookie from it.
  key_hash          text NOT NULL CHECK (length(key_hash) = 64),
  account_id        uuid NOT NULL REFERENCES shift_reminders.accounts ON DELETE CASCADE,
  -- The account's at the sign-in: whatever changes it (a new password, a new link, signing out everywhere) ends the session.
  security_stamp    text NOT NULL,
  created_at        timestamptz NOT NULL,
  last_used_at      timestamptz NOT NULL,
  -- When the person last proved who they are: at the sign-in, or when an act asked again.
  authenticated_at  timestamptz NOT NULL,
  idle_limit        interval NOT NULL CHECK (idle_limit > interval '0'),
  ends_at           timestamptz NOT NULL,
  browser           text NOT NULL,
  address           text,
  ended_at          timestamptz,
  ended_why         text,
  CONSTRAINT sessions_end CHECK ((ended_at IS NULL) = (ended_why IS NULL))
);
CREATE INDEX sessions_account ON shift_reminders.sessions (account_id, last_used_at DESC);
CREATE INDEX sessions_ends_at ON shift_reminders.sessions (ends_at);
REVOKE ALL ON shift_reminders.sessions FROM PUBLIC;
ALTER TABLE shift_reminders.sessions ENABLE ROW LEVEL SECURITY;
