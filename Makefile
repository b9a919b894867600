# SPDX-License-Identifier: MIT
# winnow: `make help` says what there is. One variant of the objects per folder below build/.

.DEFAULT_GOAL := all
SHELL := /bin/bash
.DELETE_ON_ERROR:

VERSION := $(shell cat .version)
PREFIX ?= /usr/local
DESTDIR ?=
BINDIR = $(DESTDIR)$(PREFIX)/bin
MANDIR = $(DESTDIR)$(PREFIX)/share/man
COMPLETIONDIR = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
CORPUS ?= ../shared/corpus
JOBS ?= $(shell nproc)

# --- variants: make VARIANT=asan … -------------------------------------------------------------------------------------
VARIANT ?= release
FLAGS_release = -O3 -g
FLAGS_debug = -O0 -g3
FLAGS_asan = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_tsan = -O1 -g -fsanitize=thread
FLAGS_coverage = -O0 -g --coverage
# An empty view is NULL, and NULL + 0 is what clang's pointer-overflow complains of.
FLAGS_fuzz = -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=pointer-overflow -fno-sanitize-recover=all \
             -fno-omit-frame-pointer
CC ?= cc
BUILD = build/$(VARIANT)

# --- what has to be there ----------------------------------------------------------------------------------------------
PACKAGES = glib-2.0 gobject-2.0 gio-2.0 gmime-3.0 sqlite3 libarchive jansson libidn2 libxxhash
APT = gcc make pkg-config libglib2.0-dev libgmime-3.0-dev libsqlite3-dev libcsv-dev libarchive-dev libjansson-dev \
      libidn2-dev libxxhash-dev perl mandoc strace sqlite3 python3 bzip2 xz-utils zstd zip unzip procps
# The header of libcsv has no pkg-config file.
LIBS_EXTRA = -lcsv -lm

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual \
       -Wwrite-strings -Wformat=2 -Wvla -Wnull-dereference -Wno-missing-field-initializers
CPPFLAGS_ALL = -I. -I$(BUILD) -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DWINNOW_VERSION='"$(VERSION)"' $(CPPFLAGS)
CFLAGS_ALL = -std=c17 $(WARN) $(FLAGS_$(VARIANT)) -fstack-protector-strong $(CFLAGS)
PKG_CFLAGS = $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null | sed 's/-I/-isystem /g')
PKG_LIBS = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)
LDFLAGS_ALL = $(FLAGS_$(VARIANT)) -pthread $(LDFLAGS_$(VARIANT)) $(LDFLAGS)

# The thread sanitizer does not see GLib's locks: tests/tsan/glib.c tells it.
comma := ,
TSAN_TOLD = g_mutex_lock g_mutex_unlock g_cond_wait g_cond_wait_until g_async_queue_push g_async_queue_pop \
            g_async_queue_try_pop g_once_impl g_once_init_enter g_once_init_leave
LDFLAGS_tsan = $(TSAN_TOLD:%=-Wl$(comma)--wrap=%)

# --- one static library per folder, so that tests of core link without SQLite -------------------------------------------
FOLDERS = core core/archive core/mail core/bounce core/match core/classify core/policy core/list db reports
libname = $(BUILD)/lib$(subst /,-,$(1)).a
sources = $(sort $(wildcard $(1)/*.c))
objects = $(patsubst %.c,$(BUILD)/%.o,$(call sources,$(1)))
LIBS = $(foreach f,$(FOLDERS),$(if $(call sources,$(f)),$(call libname,$(f))))
CMD_OBJECTS = $(call objects,cmd)
PROGRAM = $(BUILD)/winnow

# Texts that are compiled in: tests and packages need no files beside the program.
RULE_FILES = $(sort $(wildcard core/classify/rules/*.rules))
RESOURCES = $(RULE_FILES) $(sort $(wildcard core/bounce/signs/*.signs core/bounce/layouts/*.layouts core/bounce/labels/*.labels)) $(wildcard core/policy/default.conf) $(sort $(wildcard db/schema/*.sql)) \
            $(sort $(wildcard reports/assets/*))

TEST_SOURCES = $(sort $(shell find tests -name 'test-*.c' 2>/dev/null))
TEST_PROGRAMS = $(patsubst tests/%.c,$(BUILD)/tests/%,$(TEST_SOURCES))
TEST_SCRIPTS = $(sort $(shell find tests -name '*.t' 2>/dev/null))
TEST_SUPPORT = $(sort $(wildcard tests/support/*.c))
TEST_SUPPORT_OBJECTS = $(patsubst %.c,$(BUILD)/%.o,$(TEST_SUPPORT))

.PHONY: all
all: deps-present $(PROGRAM) ## build the program

$(BUILD)/%.o: %.c | deps-present
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

define library
$(call libname,$(1)): $(call objects,$(1))
	@rm -f $$@
	$(AR) rcs $$@ $$^
endef
$(foreach f,$(FOLDERS),$(eval $(call library,$(f))))

$(BUILD)/resources.xml: $(RESOURCES) Makefile
	@mkdir -p $(@D)
	@{ echo '<gresources><gresource prefix="/winnow">'; \
	   for f in $(RESOURCES); do echo "<file>$$f</file>"; done; echo '</gresource></gresources>'; } > $@
$(BUILD)/resources.c: $(BUILD)/resources.xml $(RESOURCES) | deps-present
	glib-compile-resources --sourcedir=. --target=$@ --generate-source --c-name=winnow --internal $<
$(BUILD)/resources.o: $(BUILD)/resources.c
	$(CC) $(CPPFLAGS_ALL) -std=c17 $(FLAGS_$(VARIANT)) $(PKG_CFLAGS) -c -o $@ $<

# The libraries know one another in one direction only; the group spares us the order.
TOLD = $(if $(filter tsan,$(VARIANT)),$(BUILD)/tests/tsan/glib.o)
LINK = -Wl,--start-group $(LIBS) -Wl,--end-group $(TOLD) $(BUILD)/resources.o $(PKG_LIBS) $(LIBS_EXTRA)
$(PROGRAM): $(CMD_OBJECTS) $(LIBS) $(TOLD) $(BUILD)/resources.o
	$(CC) $(LDFLAGS_ALL) -o $@ $(CMD_OBJECTS) $(LINK)

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(TEST_SUPPORT_OBJECTS) $(LIBS) $(TOLD) $(BUILD)/resources.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $(filter-out $(TOLD),$(filter $(BUILD)/tests/%.o,$^)) $(LINK)

# The simulated year (tests/year/world.h): what its programs share.
YEAR_MODULES = $(filter-out %/year.c %/test-year.c %/test-program.c,$(wildcard tests/year/*.c))
YEAR_PROGRAMS = $(BUILD)/tests/year/year
$(YEAR_PROGRAMS) $(addprefix $(BUILD)/tests/year/,test-year test-program): $(YEAR_MODULES:%.c=$(BUILD)/%.o)

# Made-up bounces whose owners are known.
$(BUILD)/tests/attribution/test-attribution: $(addprefix $(BUILD)/tests/attribution/,bounces.o people.o)

# Fuzz targets (tests/fuzz/fuzz.h), one of them for each bounce reader; with libFuzzer's main, or one that replays files.
READERS = $(shell sed -n 's/^bool read_\([a-z_0-9]*\).struct reading .*/\1/p' core/bounce/reader.h)
FUZZ_TARGETS = message mime text headers fields address mbox archive csv rules classify policy verp $(READERS:%=reader-%)
FUZZ_PROGRAMS = $(FUZZ_TARGETS:%=$(BUILD)/fuzz/%)
FUZZ_OBJECTS = $(patsubst %,$(BUILD)/%.o,tests/fuzz/fuzz tests/fuzz/pool cmd/examine cmd/record cmd/candidates cmd/cells cmd/json)
FUZZ_MAIN = $(if $(filter fuzz,$(VARIANT)),-fsanitize=fuzzer,$(BUILD)/tests/fuzz/replay.o)

$(READERS:%=$(BUILD)/tests/fuzz/reader-%.o): $(BUILD)/tests/fuzz/reader-%.o: tests/fuzz/reader.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(PKG_CFLAGS) -DREADER=read_$* -MMD -MP -c -o $@ $<
$(FUZZ_PROGRAMS): $(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/replay.o $(FUZZ_OBJECTS) $(LIBS) $(BUILD)/resources.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $< $(FUZZ_MAIN) $(FUZZ_OBJECTS) $(LINK)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: tests fuzz-programs fuzz-built
fuzz-programs: $(FUZZ_PROGRAMS)
tests: $(PROGRAM) $(TEST_PROGRAMS) $(YEAR_PROGRAMS) $(if $(filter tsan,$(VARIANT)),,$(FUZZ_PROGRAMS))

# --- setting up --------------------------------------------------------------------------------------------------------
MISSING = $(shell for p in $(PACKAGES); do pkg-config --exists $$p 2>/dev/null || echo $$p; done; \
            echo '\#include <csv.h>' | $(CC) -E -x c - >/dev/null 2>&1 || echo libcsv)

.PHONY: deps deps-present
deps: ## install what is missing, with apt
	@.ci/deps $(APT)
deps-present:
	@missing="$(MISSING)"; [ -z "$$missing" ] || { \
	  echo "winnow: missing libraries (pkg-config names): $$missing" >&2; \
	  echo "winnow: on Debian or Ubuntu 'make deps' installs them" >&2; exit 1; }

# --- proving -----------------------------------------------------------------------------------------------------------
PROVE = prove --merge --timer -j$(JOBS)
# Scripts find the program and the samples through these, and make a temporary folder of their own.
export WINNOW = $(CURDIR)/$(PROGRAM)
export SAMPLES = $(CURDIR)/samples

.PHONY: check check-built asan tsan coverage fuzz golden accuracy leave-out variants bench demo year
check: ## install what is missing, build, run every test
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory -j$(JOBS) tests
	@$(MAKE) --no-print-directory check-built layers
check-built:
	@$(PROVE) --exec '' $(TEST_PROGRAMS) $(TEST_SCRIPTS)

asan: ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory VARIANT=asan -j$(JOBS) tests
	@$(MAKE) --no-print-directory VARIANT=asan check-built
tsan: ## the tests under ThreadSanitizer
	@$(MAKE) --no-print-directory VARIANT=tsan -j$(JOBS) tests
	@G_SLICE=always-malloc TSAN_OPTIONS=suppressions=$(CURDIR)/tests/tsan/suppressions \
	  $(MAKE) --no-print-directory VARIANT=tsan check-built TEST_SCRIPTS='$(filter tests/cmd/%,$(TEST_SCRIPTS))'

coverage: ## line coverage of the tests, in build/coverage/report.txt (needs gcovr)
	@$(MAKE) --no-print-directory VARIANT=coverage -j$(JOBS) tests
	@$(MAKE) --no-print-directory VARIANT=coverage check-built
	@gcovr --root . --exclude tests build/coverage | tee build/coverage/report.txt | tail -n 4

# Made-up bounces over a made-up list: whose is each?
BENCH_LIST ?= 1000000
BENCH_BOUNCES ?= 200000
FUZZ_SECONDS ?= 60
fuzz: ## every fuzz target for FUZZ_SECONDS each (clang with libFuzzer; FUZZ_TARGETS="mbox csv" for some)
	@command -v clang >/dev/null || { echo "fuzz: needs clang with libFuzzer (clang, libclang-rt-dev)" >&2; exit 1; }
	@$(MAKE) --no-print-directory VARIANT=fuzz CC=clang -j$(JOBS) fuzz-programs
	@$(MAKE) --no-print-directory VARIANT=fuzz fuzz-built
fuzz-built:
	@tests/fuzz/run.sh $(BUILD) $(FUZZ_SECONDS) $(FUZZ_TARGETS)

golden: $(PROGRAM) $(YEAR_PROGRAMS) ## write what tests expect anew: records of samples, the README's year (read the diff)
	@tests/golden/records.sh --write
	@tests/golden/first-run.sh --write README.md
	@tests/year/readme.sh $(BUILD)/tests/year/year README.md

demo: ## install what is missing, build, clean samples/subscribers.csv, say where to look
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@tests/demo.sh $(PROGRAM)

accuracy: $(PROGRAM) ## score `winnow classify` on the labelled corpus, if it is there
	@if [ -d "$(CORPUS)" ]; then \
	  find "$(CORPUS)" -mindepth 1 -maxdepth 1 -type d | LC_ALL=C sort | tr '\n' '\0' | \
	    xargs -0 $(PROGRAM) classify --quiet > $(BUILD)/accuracy.jsonl; \
	  python3 "$(CORPUS)/score.py" $(BUILD)/accuracy.jsonl --misses $(BUILD)/accuracy.misses && \
	  echo "misses: $(BUILD)/accuracy.misses"; \
	else echo "accuracy: no corpus at $(CORPUS); nothing to score"; fi

leave-out: $(PROGRAM) ## what the score becomes without each rule, and without each file of rules
	@for by in --files ""; do python3 tests/accuracy/leave-out.py $(PROGRAM) "$(CORPUS)" $$by; done

variants: $(PROGRAM) ## what changes if the corpus' mails are dressed otherwise, and which letters about bounces are reported
	@python3 tests/accuracy/variants.py $(PROGRAM) "$(CORPUS)"

bench: $(PROGRAM) $(BUILD)/tests/attribution/test-attribution ## speed and memory beside plain loops over GMime and libcsv (BENCH_MESSAGES, BENCH_ROWS)
	@$(MAKE) --no-print-directory -C tests/bench --no-print-directory run ROOT=$(CURDIR) BUILD=$(CURDIR)/$(BUILD) CC=$(CC)
	@$(BUILD)/tests/attribution/test-attribution $(BENCH_LIST) $(BENCH_BOUNCES)

year: $(YEAR_PROGRAMS) ## the simulated year: winnow and the defaults of others in the same world (YEAR_SEED)
	@$(BUILD)/tests/year/year $(YEAR_SEED)

# --- keeping -----------------------------------------------------------------------------------------------------------
C_FILES = $(sort $(wildcard $(addsuffix /*.[ch],$(FOLDERS) cmd)) $(shell find tests -name '*.[ch]'))
.PHONY: fmt lint layers install uninstall dist clean help
fmt: ## clang-format everything
	@clang-format -i $(C_FILES)
lint: ## clang-format in check mode, cppcheck, mandoc -Tlint
	@clang-format --dry-run -Werror $(C_FILES)
	@cppcheck --quiet -j$(JOBS) --std=c11 --library=gtk --enable=warning,performance,portability --inline-suppr -I. \
	  -D'G_DEFINE_AUTOPTR_CLEANUP_FUNC(a,b)=' -D'G_GNUC_PRINTF(a,b)=' -D'G_DEFINE_QUARK(a,b)=' \
	  $(addprefix --suppress=,missingIncludeSystem internalAstError varFuncNullUB uninitvar nullPointerRedundantCheck) \
	  --error-exitcode=1 core db reports cmd
	@mandoc -Tlint -Wwarning $(wildcard cmd/man/*.[157])

layers: ## check the direction of dependencies, over the compiler's own dependency files
	@tests/layers.sh $(BUILD)

MAN_PAGES = $(wildcard cmd/man/*.[157])
install: all ## install below $(DESTDIR)$(PREFIX)
	install -d $(BINDIR) $(MANDIR)/man1 $(MANDIR)/man5 $(COMPLETIONDIR)
	install -m 755 $(PROGRAM) $(BINDIR)/winnow
	install -m 644 cmd/completion/winnow.bash $(COMPLETIONDIR)/winnow
	for page in $(MAN_PAGES); do install -m 644 $$page $(MANDIR)/man$${page##*.}/ || exit 1; done
uninstall: ## remove what install put there
	rm -f $(BINDIR)/winnow $(COMPLETIONDIR)/winnow
	for page in $(notdir $(MAN_PAGES)); do rm -f $(MANDIR)/man$${page##*.}/$$page; done

dist: ## a source archive of the last commit
	@mkdir -p build
	git archive --prefix=winnow-$(VERSION)/ -o build/winnow-$(VERSION).tar.gz HEAD
	@echo build/winnow-$(VERSION).tar.gz

clean: ## remove build/
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r t h; do printf '  make %-10s %s\n' "$$t" "$$h"; done
