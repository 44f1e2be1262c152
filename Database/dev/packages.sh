#!/usr/bin/env bash
# Installs from the distribution what is missing, as root or through sudo. Sourced by `dev`.
# The caller defines fail(), which says one sentence and ends.

: "${root:?}" "${local_dir:?}"

need_postgres() {
    "$root/Database/dev/cluster.sh" bin >/dev/null 2>&1 && command -v psql >/dev/null && return
    local version
    refresh_package_lists
    version=$(newest_installed_postgres)
    version=${version:-$(offered_postgres)}
    [[ $version ]] || fail "This distribution offers no package 'postgresql'."
    without_system_cluster install_packages "postgresql-$version" "postgresql-$version-cron" "postgresql-client-$version"
}

need_test_tools() {
    local missing=()
    command -v pgbouncer >/dev/null || missing+=(pgbouncer)
    find_chromium >/dev/null || missing+=(chromium)
    command -v node >/dev/null || missing+=(nodejs)
    command -v npm >/dev/null || missing+=(npm)
    command -v promtool >/dev/null || missing+=(prometheus)
    command -v curl >/dev/null || missing+=(curl)
    has_plpgsql_check || missing+=("postgresql-$(postgres_version)-plpgsql-check")
    ((${#missing[@]})) || return 0
    refresh_package_lists
    missing=("${missing[@]/#chromium/$(offered_chromium)}")
    without_system_services install_packages "${missing[@]}"
    find_chromium >/dev/null || fail "No Chromium was found: install the program chromium or google-chrome."
}

# That of the PostgreSQL that the tests run on.
postgres_version() {
    basename "$(dirname "$("$root/Database/dev/cluster.sh" bin)")"
}

has_plpgsql_check() {
    [[ -e /usr/share/postgresql/$(postgres_version)/extension/plpgsql_check.control ]]
}

find_chromium() {
    command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome
}

# The headless shell costs the tests a third less; not every distribution has it.
offered_chromium() {
    if apt-cache show chromium-headless-shell >/dev/null 2>&1; then echo chromium-headless-shell; else echo chromium; fi
}

newest_installed_postgres() {
    local initdb
    for initdb in /usr/lib/postgresql/*/bin/initdb; do
        if [[ -x $initdb ]]; then
            basename "$(dirname "$(dirname "$initdb")")"
        fi
    done | sort -rn | head -n 1
}

offered_postgres() {
    apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]*\).*/\1/p' | head -n 1
}

as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    else
        sudo "$@"
    fi
}

refresh_package_lists() {
    command -v apt-get >/dev/null || fail "Packages are missing, and this is no Debian or Ubuntu: there is no apt-get."
    [[ $(id -u) == 0 ]] || command -v sudo >/dev/null ||
        fail "Packages are missing, and neither are you root nor is there sudo: run this once as root."
    [[ $(id -u) == 0 ]] || sudo -v || fail "Packages are missing, and sudo did not let you in: run this once as root."
    echo "Asking the distribution for its packages ..."
    as_root apt-get update -q >"$local_dir/packages.log" 2>&1 ||
        fail "apt-get update failed; what it said is in $local_dir/packages.log."
}

install_packages() {
    echo "Installing $* ..."
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" \
        </dev/null >>"$local_dir/packages.log" 2>&1 ||
        fail "apt-get could not install $*; what it said is in $local_dir/packages.log."
}

# Debian's package makes and starts a cluster 'main' of its own. Who had no PostgreSQL before is not given one.
without_system_cluster() {
    local setting=/etc/postgresql-common/createcluster.d/shift-reminders.conf code=0
    if [[ -e /usr/share/postgresql-common ]]; then
        "$@"
        return
    fi
    install_packages postgresql-common
    as_root mkdir -p "$(dirname "$setting")"
    echo "create_main_cluster = false" | as_root tee "$setting" >/dev/null
    ("$@") || code=$?
    as_root rm -f "$setting"
    ((code == 0)) || exit "$code"
}

# A pooler or a Prometheus of the whole system is nobody's wish either; the tests start their own.
without_system_services() {
    local service new=()
    for service in pgbouncer prometheus; do
        command -v "$service" >/dev/null || new+=("$service")
    done
    "$@"
    if ((${#new[@]})) && [[ -d /run/systemd/system ]]; then
        as_root systemctl disable --now "${new[@]}" >/dev/null 2>&1 || true
    fi
}
