# What there is to do. Each target makes ready what it needs itself: see scripts/setup.sh.

.PHONY: help run test test-long test-clients test-api bench bench-peers bench-window build bundle icons screenshots check-macos

help:
	@echo "make run          open Signalbox with 4 simulated iPhones; without a display, run the example lists in the terminal"
	@echo "make test         the whole test suite"
	@echo "make test-long    the long tests: hundreds of kills"
	@echo "make test-clients the world's own clients against simulated iPhones; installs them under target/"
	@echo "make test-api     the HTTP API against its own document, with Schemathesis; installs it under target/"
	@echo "make bench        how fast it is, beside what it could be at most"
	@echo "make bench-peers  other programs that keep queues on the same work; installs PostgreSQL and Redis"
	@echo "make bench-window the window with 10,000 accounts, 100,000 tasks and 500 changes a second"
	@echo "make build        release binaries in target/release"
	@echo "make bundle       what people install: a Debian package here, a universal disk image on a Mac"
	@echo "make icons        every size of the icon, from its drawing"
	@echo "make screenshots  docs/screenshots anew: every screen, light and dark, empty and full"
	@echo "make check-macos  on Linux: type-check everything for macOS"

run:
	@scripts/run.sh

test:
	@scripts/test.sh

test-long:
	@scripts/test-long.sh

test-clients:
	@scripts/test-clients.sh

test-api:
	@scripts/test-api.sh

bench:
	@scripts/bench.sh

bench-peers:
	@scripts/bench-peers.sh

bench-window:
	@scripts/bench-window.sh

build:
	@scripts/build.sh

bundle:
	@scripts/bundle.sh

icons:
	@scripts/icons.sh

screenshots:
	@scripts/screenshots.sh

check-macos:
	@scripts/check-macos.sh
