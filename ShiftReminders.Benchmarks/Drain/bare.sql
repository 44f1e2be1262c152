-- All that the bare pipeline keeps: what is due, and a mark for each.
CREATE TABLE bench.queue (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  nid text NOT NULL, user_id uuid NOT NULL, due_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'pending', claimed_at timestamptz, done_at timestamptz) WITH (fillfactor = 80);
CREATE INDEX queue_due ON bench.queue (due_at, id) WHERE state = 'pending';
CREATE TABLE bench.marks (nid text PRIMARY KEY, created_at timestamptz NOT NULL);
