#!/usr/bin/env bash
# macOS: Xcode's command line tools bring the compiler and the frameworks; nothing else is needed,
# but for the programs that are compared: setup-macos.sh cli|window|test|clients|peers
source "$(dirname "$0")/lib.sh"

xcode-select -p >/dev/null 2>&1 || fail "Xcode's command line tools are missing." \
    "Run: xcode-select --install" "then this again."

if [ "$1" = test ] && ! command -v chromedriver >/dev/null; then
    say "chromedriver is not on the PATH: the tests in a browser are left out"
    echo "    Install Chrome and its driver, for example: brew install --cask google-chrome chromedriver"
fi
[ "$1" = peers ] || exit 0
for program in initdb postgres psql redis-server; do
    command -v "$program" >/dev/null || fail "$program is not on the PATH." \
        "Install PostgreSQL and Redis, for example: brew install postgresql@17 redis" \
        'Homebrew says where it puts PostgreSQL: export PATH="$(brew --prefix postgresql@17)/bin:$PATH"' \
        "then this again. Neither has to run."
done
