-- What the peers keep of each reminder beside the queue's own job: its attempts, with a result per phone.
CREATE TABLE bench.attempts (
  reminder_id bigint NOT NULL, attempt integer NOT NULL,
  claimed_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL,
  outcome text NOT NULL, devices jsonb NOT NULL,
  PRIMARY KEY (reminder_id, attempt));
