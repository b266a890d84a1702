#!/usr/bin/env bash
# Type-checks the whole workspace for a Mac on Linux, so that code for macOS alone cannot rot.
# Nothing is linked and no C is compiled: what cc and ar would make is replaced by empty files.
# The standard library for the target is built from its sources, Debian's if there are no others.
source "$(dirname "$0")/lib.sh"

TARGET=aarch64-apple-darwin
SETUP="$PWD/.setup"
TOOLCHAIN="$SETUP/toolchain"

# Downloads Debian's sources of the standard library for Rust $1 into $SETUP; touches no system file.
fetch_sources() {
    local version="$1" apt="$SETUP/apt" keys
    command -v apt-get >/dev/null || fail "The standard library's sources are missing." \
        "Run: rustup component add rust-src" "then this again."
    say "Fetching the standard library's sources for Rust $version from Debian"
    keys="$(find /usr/share/keyrings -name 'debian-archive-trixie-automatic.*' -o -name 'debian-archive-keyring.*' | sort | tail -n 1)"
    mkdir -p "$apt/lists/partial" "$apt/archives/partial"
    echo "deb [signed-by=$keys] http://deb.debian.org/debian trixie-backports main" >"$apt/sources.list"
    local options=(-q -o "Dir::Etc::sourcelist=$apt/sources.list" -o "Dir::Etc::sourceparts=-"
        -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt" -o "Dir::Cache::archives=$apt/archives"
        -o "APT::Sandbox::User=")
    apt-get "${options[@]}" update || fail "Debian's trixie-backports could not be read." \
        "Is there a network? With rustup, this does as well: rustup component add rust-src"
    local package
    package="$(apt-cache "${options[@]}" madison rust-src | awk -v want="$version" '$3 ~ "^" want "\\+" { print $3; exit }')"
    [ -n "$package" ] || fail "Debian's trixie-backports has no rust-src for Rust $version." \
        "With rustup, this does as well: rustup component add rust-src"
    (cd "$apt" && apt-get "${options[@]}" download "rust-src=$package")
    rm -rf "$SETUP/rust-src"
    mkdir "$SETUP/rust-src"
    dpkg-deb --fsys-tarfile "$apt/rust-src_${package}_all.deb" |
        tar -x -C "$SETUP/rust-src" "./usr/src/rustc-$version/library"
    rm "$apt/rust-src_${package}_all.deb"
}

# A toolchain of our own that has the sources, made of links to the one in use.
make_toolchain() {
    local version sysroot
    version="$(rustc --version | awk '{print $2}')"
    sysroot="$(rustc --print sysroot)"
    if [ -d "$sysroot/lib/rustlib/src/rust/library/std" ]; then
        TOOLCHAIN="$sysroot"
        return
    fi
    [ "$(cat "$TOOLCHAIN/.made-for" 2>/dev/null)" = "$version" ] && return
    fetch_sources "$version"
    say "Making a toolchain that has them, in .setup/toolchain"
    rm -rf "$TOOLCHAIN"
    mkdir -p "$TOOLCHAIN"
    for part in bin lib libexec; do
        [ -d "$sysroot/$part" ] || continue
        # Hard links where that is possible: the compiler looks for its libraries beside itself.
        cp -al "$sysroot/$part" "$TOOLCHAIN/" 2>/dev/null || cp -a "$sysroot/$part" "$TOOLCHAIN/"
    done
    mkdir -p "$TOOLCHAIN/lib/rustlib/src/rust"
    mv "$SETUP/rust-src/usr/src/rustc-$version/library" "$TOOLCHAIN/lib/rustlib/src/rust/library"
    rm -r "$SETUP/rust-src"
    echo "$version" >"$TOOLCHAIN/.made-for"
}

# Compilers that make the file they are asked for, empty.
make_stubs() {
    mkdir -p "$SETUP/stubs" "$SETUP/no-sdk"
    cat >"$SETUP/stubs/cc" <<'STUB'
#!/bin/sh
while [ $# -gt 0 ]; do
    if [ "$1" = -o ]; then : >"$2"; fi
    shift
done
STUB
    cat >"$SETUP/stubs/ar" <<'STUB'
#!/bin/sh
for argument in "$@"; do
    case "$argument" in *.a) : >"$argument" ;; esac
done
STUB
    chmod +x "$SETUP/stubs/cc" "$SETUP/stubs/ar"
}

if on_macos; then
    say "This is a Mac: an ordinary check does it"
    exec cargo check --workspace --locked
fi

scripts/setup.sh cli
make_toolchain
make_stubs
say "Checking the workspace for $TARGET (the first time takes some minutes)"
export RUSTC="$TOOLCHAIN/bin/rustc" RUSTC_BOOTSTRAP=1
export SDKROOT="$SETUP/no-sdk" MACOSX_DEPLOYMENT_TARGET=11.0
export CC_aarch64_apple_darwin="$SETUP/stubs/cc" CXX_aarch64_apple_darwin="$SETUP/stubs/cc"
export AR_aarch64_apple_darwin="$SETUP/stubs/ar"
"$TOOLCHAIN/bin/cargo" check -Zbuild-std=std,panic_abort --target "$TARGET" --target-dir target/macos \
    --workspace --locked
say "The workspace type-checks for macOS"
