#!/usr/bin/env bash
# One private PostgreSQL cluster in one directory: its own port on the loopback, its own superuser password, pg_cron
# preloaded. `dev` and the tests make their clusters here; a system cluster is never touched.
set -euo pipefail

usage() {
    cat <<'TEXT'
usage: cluster.sh bin                            the newest installed PostgreSQL that has pg_cron
       cluster.sh create DIR DATABASE [NAME=VALUE...]   a cluster whose pg_cron runs in DATABASE
       cluster.sh start DIR
       cluster.sh stop DIR [fast|immediate]
       cluster.sh running DIR                    exit code 0 if it runs
       cluster.sh remove DIR
With SHIFT_REMINDERS_POSTGRES_BIN a cluster is made of the programs in that directory, without pg_cron.
DIR holds afterwards: port, password (of the superuser postgres), data-path, log.
TEXT
}

fail() {
    echo "cluster.sh: $*" >&2
    exit 1
}

postgres_bin() {
    local control version
    if [[ ${SHIFT_REMINDERS_POSTGRES_BIN:-} ]]; then
        echo "$SHIFT_REMINDERS_POSTGRES_BIN"
        return
    fi
    for control in $(printf '%s\n' /usr/share/postgresql/*/extension/pg_cron.control | sort -rV); do
        version=$(basename "$(dirname "$(dirname "$control")")")
        if [[ -x /usr/lib/postgresql/$version/bin/initdb ]]; then
            echo "/usr/lib/postgresql/$version/bin"
            return
        fi
    done
    return 1
}

# PostgreSQL refuses to run as root, so root lends it the user that the distribution's package made.
as_postgres() {
    if [[ $(id -u) == 0 ]]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

# Below the ephemeral range, so that no outgoing connection takes the port while the cluster is stopped.
free_port() {
    local port
    for _ in {1..100}; do
        port=$((20000 + RANDOM % 10000))
        if ! port_taken "$port"; then
            echo "$port"
            return
        fi
    done
    fail "found no free port between 20000 and 29999"
}

port_taken() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# A home directory is often closed to the user postgres; then the data lies in /var/tmp under a name of its own.
choose_data_path() {
    local dir=$1
    if as_postgres test -x "$dir" 2>/dev/null; then
        echo "$dir/data"
    else
        echo "/var/tmp/shift-reminders-$(printf %s "$dir" | sha256sum | cut -c1-16)"
    fi
}

make_data_directory() {
    local data=$1
    if [[ $(id -u) == 0 ]]; then
        install -d -m 700 -o postgres "$data"
    else
        install -d -m 700 "$data"
    fi
}

initialise() {
    local data=$1 bin=$2
    # The user postgres cannot read a file of root's: the password goes in through the open pipe.
    # shellcheck disable=SC2016
    as_postgres sh -c '
        umask 077
        cat >"$1.password" 2>/dev/null || exit 1
        "$2/initdb" -D "$1" -U postgres -E UTF8 --locale=C.UTF-8 -A scram-sha-256 --pwfile="$1.password" >/dev/null
        code=$?
        rm -f "$1.password"
        exit $code' initialise "$data/cluster" "$bin"
}

# Programs named by SHIFT_REMINDERS_POSTGRES_BIN come without it.
cron_settings() {
    [[ ! ${SHIFT_REMINDERS_POSTGRES_BIN:-} ]] || return 0
    cat <<TEXT
shared_preload_libraries = 'pg_cron'
cron.database_name = '$1'
cron.use_background_workers = on
cron.max_running_jobs = 5
TEXT
}

write_settings() {
    local database=$1 setting
    shift
    cron_settings "$database"
    cat <<TEXT
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_worker_processes = 24
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
TEXT
    for setting in "$@"; do
        echo "${setting%%=*} = '${setting#*=}'"
    done
}

create() {
    local dir=$1 database=$2 bin data
    shift 2
    bin=$(postgres_bin) || fail "no PostgreSQL with pg_cron is installed (Debian: postgresql and postgresql-NN-cron)"
    mkdir -p "$dir"
    data=$(choose_data_path "$dir")
    rm -rf "$data"
    make_data_directory "$data"
    (umask 077 && head -c 24 /dev/urandom | base64 | tr -d '+/=\n' >"$dir/password")
    if ! initialise "$data" "$bin" <"$dir/password"; then
        rm -rf "$data" "$dir/password"
        fail "initdb could not make a cluster in $data"
    fi
    write_settings "$database" "$@" | as_postgres tee -a "$data/cluster/postgresql.conf" >/dev/null
    echo "$bin" >"$dir/bin"
    free_port >"$dir/port"
    echo "$data" >"$dir/data-path"
}

start() {
    local dir=$1 data
    data=$(<"$dir/data-path")
    [[ -x $(<"$dir/bin")/pg_ctl ]] || fail "the cluster in $dir needs $(<"$dir/bin"), which is not installed any more"
    running "$dir" && return
    if port_taken "$(<"$dir/port")"; then
        free_port >"$dir/port"
    fi
    if ! as_postgres "$(<"$dir/bin")/pg_ctl" start -D "$data/cluster" -l "$data/log" -w -t 60 \
        -o "-p $(<"$dir/port")" >/dev/null; then
        as_postgres tail -n 5 "$data/log" >&2 || true
        fail "PostgreSQL did not start; its log is $data/log"
    fi
}

running() {
    as_postgres "$(<"$1/bin")/pg_ctl" status -D "$(<"$1/data-path")/cluster" >/dev/null 2>&1
}

stop() {
    local dir=$1 mode=${2:-fast}
    if running "$dir"; then
        as_postgres "$(<"$dir/bin")/pg_ctl" stop -D "$(<"$dir/data-path")/cluster" -m "$mode" -w -t 60 >/dev/null
    fi
}

remove() {
    local dir=$1
    if [[ -f $dir/data-path ]]; then
        stop "$dir" immediate || true
        rm -rf "$(<"$dir/data-path")"
    fi
    rm -rf "$dir"
}

# The user postgres may not enter the caller's directory, and each of its programs would complain.
cd /
verb=${1:-help}
shift || true
case $verb in
    bin) postgres_bin ;;
    create | start | stop | running | remove)
        [[ ${1:-} == /* ]] || fail "DIR must be an absolute path"
        "$verb" "$@"
        ;;
    *) usage ;;
esac
