#!/usr/bin/env bash
# Run once by the image of Database/Dockerfile, over an empty data directory: the owner (no superuser, as on Supabase),
# the database with pg_cron, and stand-ins for the shift app's tables.
set -euo pipefail
: "${POSTGRES_USER:?}" "${OWNER_PASSWORD:?}"

run() {
    local database=$1
    shift
    psql -X -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$database" "$@"
}

run postgres -f /shift-reminders/cluster.sql
run postgres -v password="$OWNER_PASSWORD" <<'SQL'
ALTER ROLE owner PASSWORD :'password';
CREATE DATABASE shift_reminders OWNER owner;
ALTER DATABASE shift_reminders SET shift_reminders.private_cluster = 'on';
REVOKE TEMPORARY ON DATABASE shift_reminders FROM PUBLIC;
SQL
run shift_reminders -f /shift-reminders/pg_cron.sql
# The host's tables belong to the owner, as everything that its migrations make.
{
    echo 'SET SESSION AUTHORIZATION owner;'
    cat /shift-reminders/host_tables.sql
} | run shift_reminders
