-- Public keys of passkeys: whoever reads them can sign in nowhere. The rest of a passkey stays on its device.
CREATE TABLE shift_reminders.account_passkeys (
  credential_id  bytea PRIMARY KEY,
  user_id        uuid NOT NULL REFERENCES shift_reminders.accounts ON DELETE CASCADE,
  -- What Identity keeps of it; only Identity writes it.
  data           jsonb NOT NULL
);
CREATE INDEX account_passkeys_user ON shift_reminders.account_passkeys (user_id);
REVOKE ALL ON shift_reminders.account_passkeys FROM PUBLIC;
ALTER TABLE shift_reminders.account_passkeys ENABLE ROW LEVEL SECURITY;
