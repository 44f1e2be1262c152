#!/usr/bin/env bash
# The private database behind `./dev up`: a cluster in .local/ with the stand-in host tables. Sourced by `dev`.
# The caller defines fail(), which says one sentence and ends.

: "${root:?}" "${local_dir:?}"
cluster=$local_dir/postgres
database_is_private='' owner_password='' app_password='' admin_password=''

database_is_private() {
    [[ $database_is_private ]]
}

uses_foreign_database() {
    [[ ${ConnectionStrings__Migrations:-} || ${ConnectionStrings__ShiftReminders:-} ]]
}

# Exports the two connection strings: the environment's own, or those of the private cluster, which is started.
use_database() {
    if uses_foreign_database; then
        [[ ${ConnectionStrings__Migrations:-} && ${ConnectionStrings__ShiftReminders:-} ]] ||
            fail "Set both ConnectionStrings__Migrations and ConnectionStrings__ShiftReminders, or neither."
        return
    fi
    database_is_private=1
    mkdir -p "$local_dir"
    need_postgres
    read_secrets
    start_private_cluster
    local server
    server="Host=127.0.0.1;Port=$(<"$cluster/port");Database=shift_reminders"
    export ConnectionStrings__Migrations="$server;Username=owner;Password=$owner_password"
    export ConnectionStrings__ShiftReminders="$server;Username=shift_reminders_app;Password=$app_password"
}

# Made once, readable by this user alone, forgotten by `reset`.
read_secrets() {
    local secrets=$local_dir/secrets
    if [[ ! -f $secrets ]]; then
        (
            umask 077
            for name in owner_password app_password admin_password; do
                echo "$name=$(head -c 18 /dev/urandom | base64 | tr '+/' '__')"
            done >"$secrets"
        )
    fi
    # shellcheck source=/dev/null
    source "$secrets"
    export Portal__BootstrapAdmin__Password=${Portal__BootstrapAdmin__Password:-$admin_password}
}

start_private_cluster() {
    if [[ ! -f $cluster/data-path ]]; then
        echo "Making a private PostgreSQL in .local/ ..."
        "$root/Database/dev/cluster.sh" create "$cluster" shift_reminders ||
            fail "The private PostgreSQL could not be made."
    fi
    "$root/Database/dev/cluster.sh" start "$cluster" || fail "The private PostgreSQL did not start."
    set_up_private_database
}

# Safe to repeat, so that an `up` that was interrupted here needs no repair.
set_up_private_database() {
    as_superuser postgres -f "$root/Database/dev/cluster.sql"
    as_superuser postgres <<<"ALTER ROLE owner PASSWORD '$owner_password'"
    if [[ $(as_superuser postgres -Atc "SELECT count(*) FROM pg_database WHERE datname = 'shift_reminders'") == 0 ]]; then
        as_superuser postgres -c "CREATE DATABASE shift_reminders OWNER owner"
    fi
    as_superuser postgres -c "ALTER DATABASE shift_reminders SET shift_reminders.private_cluster = 'on'" \
        -c "REVOKE TEMPORARY ON DATABASE shift_reminders FROM PUBLIC"
    as_superuser shift_reminders -f "$root/Database/dev/pg_cron.sql"
    run_sql_file host_tables.sql
}

as_superuser() {
    local database=$1
    shift
    PGPASSWORD=$(<"$cluster/password") quiet_psql -U postgres -d "$database" "$@"
}

run_sql_file() {
    PGPASSWORD=$owner_password quiet_psql -U owner -d shift_reminders -f "$root/Database/dev/$1"
}

quiet_psql() {
    PGOPTIONS='-c client_min_messages=warning' psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$(<"$cluster/port")" "$@" ||
        fail "The private database could not be set up; ./dev reset forgets it."
}

private_cluster_runs() {
    [[ -f $cluster/data-path ]] && "$root/Database/dev/cluster.sh" running "$cluster"
}

stop_private_cluster() {
    [[ ! -f $cluster/data-path ]] || "$root/Database/dev/cluster.sh" stop "$cluster"
}

remove_private_cluster() {
    [[ ! -d $cluster ]] || "$root/Database/dev/cluster.sh" remove "$cluster"
}
